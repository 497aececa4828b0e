// The keys of every page of staff. Everything can be done without them.
(() => {
    "use strict";

    const typing = (element) => element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open]");
    const lines = () => [...document.querySelectorAll("[data-line]")];
    const rowOf = (element) => element?.closest?.("tr, [data-row]");
    const focused = () => lines().findIndex((line) => line === document.activeElement || rowOf(line)?.contains(document.activeElement));

    // j and k move through the lines of a list, enter opens the line (it is a link), x chooses it.
    const move = (step) => {
        const all = lines();
        if (!all.length) return;
        const found = focused();
        const now = found < 0 ? all.findIndex((line) => line.hasAttribute("aria-current")) : found;
        const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1);
        all[next].focus();
        all[next].scrollIntoView({ block: "nearest" });
        all[next].dispatchEvent(new CustomEvent("rd-moved", { bubbles: true }));
    };
    const choose = () => rowOf(lines()[focused()])?.querySelector("[data-choose]")?.click();

    const search = () => {
        const input = document.querySelector("[data-search]");
        if (input) input.focus();
        else window.dispatchEvent(new CustomEvent("opencommand"));
    };
    // The list of keys is a dialog of the browser's own: it keeps the focus inside and gives it back.
    const help = () => {
        const list = document.querySelector("dialog[data-keys]");
        if (list && !list.open) list.showModal();
    };
    document.addEventListener("click", (event) => {
        const list = event.target.closest?.("dialog[data-keys]");
        if (list && (event.target === list || event.target.closest("[data-close]"))) list.close();
    });

    let waiting = 0;
    const KEYS = {
        j: () => move(1),
        k: () => move(-1),
        x: choose,
        "/": search,
        "?": help,
        g: () => { waiting = Date.now(); },
    };
    const go = (letter) => {
        const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
        if (link) window.location.assign(link.href);
    };

    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
        if (Date.now() - waiting < 1200) {
            waiting = 0;
            go(event.key);
            return;
        }
        // In a list of decisions one key does what the button of the row says; without a row in focus, of the first.
        const row = document.activeElement?.closest("[data-row]") || document.querySelector("[data-row]");
        // What is only on its way cannot be decided on.
        const button = !row?.closest("[aria-busy=true]") && row?.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
        if (button) {
            event.preventDefault();
            button.click();
            return;
        }
        if (!Object.hasOwn(KEYS, event.key)) return;
        event.preventDefault();
        KEYS[event.key]();
    });
})();
