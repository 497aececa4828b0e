// The keys of every page of staff. Everything can be done without them.
(() => {
    "use strict";

    // What htmx brings in works as soon as it is in sight: by itself it listens to it 20 ms later, and a key may be quicker.
    window.htmx.config.defaultSettleDelay = 0;

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
    // The theme's search opens a moment after it is asked for: the letters that are quicker belong into it and are no keys.
    const SEARCH_OPENS = 500;
    let opened = -SEARCH_OPENS;
    window.addEventListener("opencommand", () => { opened = performance.now(); });
    document.addEventListener("focusin", (event) => { if (event.target.id === "search-input-command") opened = -SEARCH_OPENS; });
    const opening = () => performance.now() - opened < SEARCH_OPENS && document.getElementById("search-input-command");
    // The list of keys is a dialog of the browser's own: it keeps the focus inside and gives it back.
    const help = () => {
        const list = document.querySelector("dialog[data-keys]");
        if (list && !list.open) list.showModal();
    };
    document.addEventListener("click", (event) => {
        const list = event.target.closest?.("dialog[data-keys]");
        if (list && (event.target === list || event.target.closest("[data-close]"))) list.close();
    });

    // After a step the focus is where the work goes on: in the form that still lacks something, at what is next, or at the
    // line that is decided now. On a page that asks for something it begins in the first field. A finger chooses itself.
    const FIELDS = "input:not([type=hidden]):not([type=file]), select, textarea";
    const next = () => document.querySelector("[data-land]");
    const focusOn = (place) => {
        if (place && !place.matches("a[href], input, select, textarea")) place.tabIndex = -1;
        place?.focus();
    };
    const land = () => {
        if (document.activeElement !== document.body || location.hash || window.matchMedia("(pointer: coarse)").matches) return;
        const work = document.querySelector("[data-work]");
        const said = document.querySelector("#rd-said li");
        const place = work?.querySelector("[aria-invalid=true]") || work?.querySelector("[role=alert]")
            || (said && (next() || document.querySelector("[data-line][aria-current]") || lines()[0])) || work?.querySelector(FIELDS);
        focusOn(place);
        if (said) said.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("DOMContentLoaded", land);

    const SECOND_KEY_COMES = 1200;
    let waiting = -SECOND_KEY_COMES;
    const KEYS = {
        j: () => move(1),
        k: () => move(-1),
        x: choose,
        n: () => focusOn(next()),
        "/": search,
        "?": help,
        g: (event) => { waiting = event.timeStamp; },
    };
    const go = (letter) => {
        const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
        if (link) window.location.assign(link.href);
    };

    document.addEventListener("keydown", (event) => {
        if (event.isComposing || typing(event.target)) return;
        if (event.key === "k" && (event.ctrlKey || event.metaKey)) opened = performance.now();
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const search = opening();
        if (search) {
            if (event.key.length !== 1) return;
            event.preventDefault();
            search.value += event.key;
            return;
        }
        // As the fingers were: a page that is busy looks at keys late.
        if (event.timeStamp - waiting < SECOND_KEY_COMES) {
            waiting = -SECOND_KEY_COMES;
            go(event.key);
            return;
        }
        // In a list of decisions one key does what the button of the row says; without a row in focus, of the first.
        const row = document.activeElement?.closest("[data-row]") || document.querySelector("[data-row]");
        // What is only on its way cannot be decided on; what is typed for a form that is on its way decides on nothing.
        const awaited = row?.closest("[aria-busy=true]") || document.querySelector("dialog[aria-busy=true]");
        const button = !awaited && row?.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
        if (button) {
            event.preventDefault();
            // A key that is held down decides once: the next case that comes into sight is another decision.
            if (event.repeat) return;
            // On a page that is still being read in, the button may be there before htmx has looked at it.
            window.htmx.process(button);
            button.click();
            return;
        }
        if (!Object.hasOwn(KEYS, event.key)) return;
        event.preventDefault();
        KEYS[event.key](event);
    });
})();
