// What makes the page wider than the window; empty when nothing does.
() => {
    const over = document.documentElement.scrollWidth - window.innerWidth;
    if (over <= 0) return [];
    const guilty = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).pop();
    return [`${over} px too wide: ${guilty?.outerHTML.slice(0, 160)}`];
}
