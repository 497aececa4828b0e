// Conveniences only: everything on the pages of the rules works without this file.
(() => {
    "use strict";

    const typing = (element) => element.closest("input, textarea, select, [contenteditable=true], dialog[open]");
    const row = (element) => element.closest?.("tr[data-rule]");

    // A rule is put at another number by the same button that a keyboard presses. The table is brought anew after each
    // step: what is asked for until then is done one after the other, from where the rule stands then.
    const asking = [];
    let isAsking = false;
    let again = "";
    const step = () => {
        if (isAsking || !asking.length) return;
        const [id, numberFrom] = asking.shift();
        const moved = document.getElementById(id);
        const button = document.querySelector("[data-rules] [data-step]");
        if (!moved || !button) return;
        button.value = `move:${moved.dataset.rule}:${numberFrom(Number(moved.dataset.number))}`;
        again = id;
        button.click();
    };
    const move = (id, numberFrom) => {
        asking.push([id, numberFrom]);
        step();
    };
    document.addEventListener("htmx:afterSettle", () => {
        if (again) document.querySelector(`#${again} [data-line]`)?.focus();
        again = "";
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
        if (!event.target.matches("[data-rules]")) return;
        isAsking = true;
        event.detail.xhr.addEventListener("loadend", () => {
            isAsking = false;
            step();
        });
    });

    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || typing(event.target)) return;
        const here = row(event.target);
        if (event.altKey && here && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
            event.preventDefault();
            move(here.id, (number) => number + (event.key === "ArrowUp" ? -1 : 1));
        } else if (event.key === "Escape") {
            document.querySelectorAll(".rd-menu[open]").forEach((menu) => menu.removeAttribute("open"));
        }
    });

    // Only one menu is open, and a click elsewhere closes it.
    document.addEventListener("click", (event) => {
        document.querySelectorAll(".rd-menu[open]").forEach((menu) => {
            if (!menu.contains(event.target)) menu.removeAttribute("open");
        });
    });

    // The rule is read aloud again a moment after something was typed; saving it stops that.
    let soon = 0;
    let asked = new AbortController();
    const read = async (form) => {
        asked.abort();
        asked = new AbortController();
        const body = new FormData(form);
        body.set("do", "read");
        const headers = { "HX-Request": "true" };
        try {
            const answer = await fetch(form.action, { method: "POST", body, headers, signal: asked.signal });
            if (!answer.ok) return;
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const fresh = page.getElementById("rd-reading");
            if (fresh) document.getElementById("rd-reading").replaceChildren(...fresh.childNodes);
        } catch (error) {
            if (error.name !== "AbortError") window.console.warn(error);
        }
    };
    const readSoon = (event) => {
        const form = event.target.closest?.("#rd-rule");
        if (!form || event.target.hasAttribute("hx-post")) return;
        clearTimeout(soon);
        soon = setTimeout(read, 350, form);
    };
    document.addEventListener("input", readSoon);
    document.addEventListener("change", readSoon);

    // What is typed while the conditions are brought anew is not lost: it is put into those that come.
    const conditions = (event) => event.detail.target?.id === "rd-conditions";
    const typed = new Map();
    document.addEventListener("input", (event) => {
        if (event.target.closest?.("#rd-conditions")) typed.set(event.target.id, event.target.value);
    });
    document.addEventListener("htmx:configRequest", (event) => { if (conditions(event)) typed.clear(); });
    document.addEventListener("htmx:afterSwap", (event) => {
        // Where a condition was taken away, the others have other numbers now.
        if (!conditions(event) || !event.detail.requestConfig.elt.matches("select")) return;
        typed.forEach((value, id) => {
            const field = document.getElementById(id);
            if (field?.matches("#rd-conditions input, #rd-conditions textarea")) field.value = value;
        });
        if (typed.size) readSoon({ target: document.getElementById("rd-conditions") });
    });
    document.addEventListener("submit", () => {
        clearTimeout(soon);
        asked.abort();
    });

    // Drag: the line shows where the rule would stand.
    let dragged = null;
    const clear = () => document.querySelectorAll(".rd-drop-before, .rd-drop-after").forEach((one) => {
        one.classList.remove("rd-drop-before", "rd-drop-after");
    });
    document.addEventListener("dragstart", (event) => {
        if (!event.target.closest?.(".rd-grip")) return;
        dragged = row(event.target);
        dragged.classList.add("rd-dragged");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", dragged.dataset.number);
        event.dataTransfer.setDragImage(dragged, 20, 16);
    });
    document.addEventListener("dragover", (event) => {
        const over = dragged && row(event.target);
        if (!over) return;
        event.preventDefault();
        clear();
        const box = over.getBoundingClientRect();
        over.classList.add(event.clientY < box.top + box.height / 2 ? "rd-drop-before" : "rd-drop-after");
    });
    document.addEventListener("drop", (event) => {
        const over = dragged && row(event.target);
        if (!over) return;
        event.preventDefault();
        const from = Number(dragged.dataset.number);
        let to = Number(over.dataset.number) + (over.classList.contains("rd-drop-after") ? 1 : 0);
        if (to > from) to -= 1;
        if (to !== from) move(dragged.id, () => to);
    });
    document.addEventListener("dragend", () => {
        dragged?.classList.remove("rd-dragged");
        dragged = null;
        clear();
    });
})();
