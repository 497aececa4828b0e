// A complaint that is being written down has no case yet where the server could keep it: it is kept in this browser, for
// the person who types it, until it is registered, they log out, or half a day has passed.
(() => {
    "use strict";

    const PREFIX = "redress intake ";
    const LONGEST = 12 * 60 * 60 * 1000;
    const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    const read = (key) => {
        try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    };
    const fields = (form) => [...form.elements].filter((one) => one.name
        && !["hidden", "file", "submit", "button"].includes(one.type));
    const isChosen = (one) => one.type === "checkbox" || one.type === "radio";
    // In order: several fields may have one name.
    const state = (one) => (isChosen(one) ? one.checked
        : one.multiple ? [...one.selectedOptions].map((option) => option.value) : one.value);
    const states = (form) => fields(form).map((one) => [one.name, isChosen(one) ? one.value : "", state(one)]);

    const fill = (form, copy) => {
        const before = new Map(fields(form).map((one) => [one, JSON.stringify(state(one))]));
        const found = new Map(copy.map(([name, value, was]) => [`${name} ${value}`, was]));
        fields(form).forEach((one) => {
            const was = found.get(`${one.name} ${isChosen(one) ? one.value : ""}`);
            if (was === undefined) return;
            if (isChosen(one)) one.checked = was;
            else if (one.multiple) [...one.options].forEach((option) => { option.selected = was.includes(option.value); });
            else one.value = was;
        });
        // What was typed in a folded part is seen.
        fields(form).filter((one) => JSON.stringify(state(one)) !== before.get(one)).forEach((one) => {
            const folded = one.closest("details");
            if (folded) folded.open = true;
        });
        // What is asked for some types only shows with the type.
        form.querySelector("#id_complaint_type")?.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const begin = (form) => {
        const key = PREFIX + form.dataset.intake;
        const place = form.querySelector("[data-intake-state]");
        const say = (words) => {
            const anew = Object.assign(document.createElement("button"), {
                type: "button", className: "rd-link", textContent: place.dataset.empty,
            });
            anew.addEventListener("click", () => { localStorage.removeItem(key); location.assign(location.pathname); });
            place.replaceChildren(words, " ", anew);
        };
        const write = () => {
            const copy = { once: form.elements.once.value, at: Date.now(), states: states(form) };
            try {
                localStorage.setItem(key, JSON.stringify(copy));
                say(place.dataset.kept);
            } catch {
                place.replaceChildren(place.dataset.full);
            }
        };
        // Whoever sat here before has left without logging out.
        kept().filter((other) => other !== key).forEach((other) => localStorage.removeItem(other));
        const copy = read(key);
        if ("refused" in form.dataset) write();
        else if (copy && JSON.stringify(copy.states) !== JSON.stringify(states(form))) {
            fill(form, copy.states);
            say(place.dataset.restored);
        }
        form.addEventListener("input", write);
    };

    document.addEventListener("DOMContentLoaded", () => {
        try {
            const registered = /(?:^|; )redress_registered=(\w+)/.exec(document.cookie)?.[1];
            kept().forEach((key) => {
                const copy = read(key);
                if (!copy || copy.once === registered || Date.now() - copy.at > LONGEST) localStorage.removeItem(key);
            });
            document.querySelectorAll("form[data-intake]").forEach(begin);
        } catch (error) {
            if (!(error instanceof DOMException)) throw error; // this browser keeps nothing: the form works all the same
        }
    });
    document.addEventListener("submit", (event) => {
        if (event.target.id !== "logout-form") return;
        try { kept().forEach((key) => localStorage.removeItem(key)); } catch { /* nothing is kept here */ }
    });
})();
