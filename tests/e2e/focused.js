// What has the focus: by the name that a screen reader says, and whether an eye can tell.
() => {
    const one = document.activeElement;
    if (!one || one === document.body) return { name: "", shown: true };
    const named = document.getElementById(one.getAttribute("aria-labelledby"));
    const words = [one.getAttribute("aria-label"), named?.innerText, one.labels?.[0]?.innerText, one.innerText, one.title];
    const looks = [getComputedStyle(one), getComputedStyle(one, "::after"), one.labels?.[0] && getComputedStyle(one.labels[0])];
    const outlined = looks.some((look) => look && look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0)
        || looks[0].boxShadow !== "none"
        || one.matches("[type^=date], [type=time]"); // the browser marks the part of a date
    const box = one.getBoundingClientRect();
    const inSight = box.bottom > 0 && box.top < innerHeight && box.width > 0;
    return { name: (words.find(Boolean) || "").replace(/\s+/g, " ").trim(), shown: outlined && inSight };
}
