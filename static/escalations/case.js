// Conveniences only: everything on these pages works without this file.
(() => {
    "use strict";

    // A list with the case beside it (triage): whoever moves through the list reads; the address names the case.
    // On a narrow screen there is one or the other, and a line is an ordinary link.
    const reading = document.getElementById("rd-reading");
    const narrow = window.matchMedia("(max-width: 900px)");
    const isOpen = (line) => line.href === lastAsked;
    let lastAsked = document.querySelector("[data-line][aria-current]")?.href;
    let soon = 0;
    const show = (line) => {
        if (isOpen(line)) return;
        lastAsked = line.href;
        reading.setAttribute("aria-busy", "true");
        clearTimeout(soon);
        soon = setTimeout(() => line.click(), 120);
    };
    if (reading) {
        document.addEventListener("rd-moved", (event) => { if (!narrow.matches) show(event.target); });
        document.addEventListener("click", (event) => {
            const line = event.target.closest("[data-line][hx-get]");
            if (!line) return;
            clearTimeout(soon);
            // Before htmx hears of it: the link is followed as a link.
            if (narrow.matches || event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
            else lastAsked = line.href;
        }, true);
        document.body.addEventListener("htmx:beforeRequest", (event) => {
            if (event.detail.target === reading) reading.setAttribute("aria-busy", "true");
        });
        document.body.addEventListener("htmx:afterSwap", (event) => {
            if (event.detail.target !== reading) return;
            const shown = reading.querySelector("[data-reference]")?.dataset.reference;
            document.querySelectorAll("[data-line]").forEach((line) => {
                const current = new URL(line.href).searchParams.get("case") === shown;
                if (current) line.setAttribute("aria-current", "true");
                else line.removeAttribute("aria-current");
                // No key may decide on a case that is not the one in sight.
                if (current && line.href === lastAsked) reading.removeAttribute("aria-busy");
            });
            reading.scrollTop = 0;
        });
        document.body.addEventListener("htmx:beforeSwap", (event) => {
            // Logged out meanwhile, or refused: the whole page says so.
            if (event.detail.target === reading && !event.detail.xhr.getResponseHeader("X-Redress-Part")) {
                event.detail.shouldSwap = false;
                window.location.assign(lastAsked);
            }
        });
        document.body.addEventListener("htmx:sendError", () => { lastAsked = ""; });
    }

    // A form is sent once: the second press of an impatient finger does nothing.
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.method !== "post" || event.defaultPrevented) return;
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = "1";
        form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
    });
    window.addEventListener("pageshow", () => {
        document.querySelectorAll("form[data-sent]").forEach((form) => {
            delete form.dataset.sent;
            form.querySelectorAll("button[type=submit]").forEach((button) => button.removeAttribute("aria-disabled"));
        });
    });

    // What is asked for some types of complaint only, or for one step of several, only shows once such a one is chosen.
    // What is hidden is not sent.
    document.querySelectorAll("#id_complaint_type, [data-decides]").forEach((decides) => {
        const show = () => decides.form.querySelectorAll("fieldset[data-only-for]").forEach((part) => {
            part.hidden = part.disabled = !part.dataset.onlyFor.split(" ").includes(decides.value);
        });
        decides.addEventListener("change", show);
        window.addEventListener("pageshow", show);
        show();
    });

    // One of thousands of choices is found while typing. A list of names is fetched; without it, names are typed out.
    let asked = 0;
    document.addEventListener("input", (event) => {
        const input = event.target.closest("input[data-choices]");
        if (!input) return;
        const list = input.list || input.insertAdjacentElement("afterend", document.createElement("datalist"));
        list.id = `${input.id}_names`;
        input.setAttribute("list", list.id);
        clearTimeout(asked);
        asked = setTimeout(async () => {
            const query = new URLSearchParams({ q: input.value, page_size: "20" });
            const answer = await fetch(`/api/v1/fields/${input.dataset.choices}/choices/?${query}`).catch(() => null);
            if (!answer?.ok) return;
            list.replaceChildren(...(await answer.json()).results.map((one) => new Option(one.label, one.label)));
        }, 200);
    });

    // Logged out meanwhile: what answers is the page to log in, which belongs in no panel.
    document.body.addEventListener("htmx:beforeSwap", (event) => {
        if (new URL(event.detail.xhr.responseURL).pathname.includes("/login/") && !event.detail.target.closest("dialog")) {
            event.detail.shouldSwap = false;
        }
    });

    // The form of an action opens above the page instead of in its place.
    const dialog = document.getElementById("rd-dialog");
    if (dialog && dialog.showModal) {
        // Between the press and the form no key decides on the case behind it.
        document.body.addEventListener("htmx:beforeRequest", (event) => {
            if (event.detail.target !== dialog) return;
            dialog.setAttribute("aria-busy", "true");
            event.detail.xhr.addEventListener("loadend", () => dialog.removeAttribute("aria-busy"));
        });
        document.body.addEventListener("htmx:afterSwap", (event) => {
            if (event.detail.target !== dialog) return;
            if (!dialog.open) dialog.showModal();
            dialog.querySelector("textarea, select, input:not([type=hidden])")?.focus();
        });
        document.body.addEventListener("htmx:beforeSwap", (event) => {
            if (event.detail.target !== dialog) return;
            // Logged out meanwhile: the whole page shows it, not the dialog.
            if (new URL(event.detail.xhr.responseURL).pathname.includes("/login/")) window.location.reload();
            // A refusal is an answer to show as well.
            event.detail.shouldSwap = event.detail.xhr.status < 500;
        });
        dialog.addEventListener("click", (event) => {
            if (event.target === dialog || event.target.closest("[data-close]")) {
                event.preventDefault();
                dialog.close();
            }
        });
    }
})();
