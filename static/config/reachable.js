// What the theme leaves to the mouse is reached by keys too, and what it leaves without a name gets one.
(() => {
    "use strict";

    const OWN = "a[href], button, input, select, textarea, summary, [tabindex]";
    const pressed = (element) => [...element.attributes].some((one) => /^(x-on:|@)click(\.stop|\.prevent)?$/.test(one.name));

    // A word that is clicked is a button: Tab stops there, Enter and Space press it.
    const reach = (element) => {
        if (element.matches(OWN) || element.querySelector(OWN)) return;
        element.tabIndex = 0;
        element.setAttribute("role", "button");
        const icon = element.classList.contains("material-symbols-outlined") ? element : element.firstElementChild;
        if (icon && icon.textContent.trim() === element.textContent.trim() && !element.getAttribute("aria-label")) {
            element.setAttribute("aria-label", icon.textContent.trim().replaceAll("_", " "));
        }
        element.addEventListener("keydown", (event) => {
            if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
            event.preventDefault();
            element.click();
        });
    };

    // A box in which one searches for a choice says what is chosen in it.
    const name = (select) => {
        const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`)?.textContent.trim().replace(/\s*\*$/, "");
        const box = select.nextElementSibling;
        if (!label || !box?.classList.contains("select2")) return;
        box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]").forEach((part) => {
            part.removeAttribute("aria-labelledby");
            part.setAttribute("aria-label", label);
        });
    };

    const mend = () => {
        [...document.querySelectorAll("*")].filter(pressed).forEach(reach);
        document.querySelectorAll("select.select2-hidden-accessible").forEach(name);
        // Django names its icon; a name needs something that it is the name of.
        document.querySelectorAll(".help-tooltip[aria-label]").forEach((icon) => icon.setAttribute("role", "img"));
    };
    window.addEventListener("load", () => setTimeout(mend, 0));
})();
