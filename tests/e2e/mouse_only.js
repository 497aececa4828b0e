// What is pressed with a mouse and is never reached by Tab.
() => {
    const own = "a[href], button, input, select, textarea, summary, [tabindex]";
    const pressed = (one) => one.hasAttribute("onclick") || one.matches("[hx-get]:not([hx-trigger]), [hx-post]:not([hx-trigger])")
        || [...one.attributes].some((name) => /^(x-on:|@)click(\.stop|\.prevent)?$/.test(name.name));
    const reached = (one) => one.matches("form") || one.tabIndex >= 0 || [...one.querySelectorAll(own)].some((part) => part.tabIndex >= 0);
    return [...document.querySelectorAll("body *")]
        .filter((one) => pressed(one) && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !reached(one))
        .map((one) => `mouse only: ${one.outerHTML.slice(0, 120)}`);
}
