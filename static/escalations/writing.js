// While somebody writes: what is typed is kept on the server and in this tab, colleagues are found by name, and a file
// that is too large is told of before it travels. Everything works without this file, but for the keeping.
(() => {
    "use strict";

    const tab = `${Date.now()}-${Math.random()}`;
    const QUIET = 700;
    const LONGEST_SAVE = 5000;
    const timers = new WeakMap();
    const formOf = (element) => element.closest?.("form[data-draft]");
    const keyOf = (form) => `redress ${form.dataset.draft}`;
    const others = "BroadcastChannel" in window ? new BroadcastChannel("redress-drafts") : null;

    const fields = (form) => [...form.elements].filter((one) => one.name && one.form === form
        && !["hidden", "file", "submit", "button", "radio"].includes(one.type));
    // Several can be chosen in a list, or in boxes of one name that each stand for a value; a box without one is a yes.
    const isSeveral = (one) => one.multiple || (one.type === "checkbox" && one.hasAttribute("value"));
    const chosen = (one) => (one.options ? [...one.selectedOptions].map((option) => option.value) : one.checked ? [one.value] : []);
    const texts = (form) => fields(form).reduce((kept, one) => {
        if (isSeveral(one)) kept[one.name] = [...(kept[one.name] || []), ...chosen(one)];
        else kept[one.name] = one.type === "checkbox" ? (one.checked ? "on" : "") : one.value;
        return kept;
    }, {});
    const fill = (form, kept) => fields(form).forEach((one) => {
        if (!(one.name in kept) || (form.dataset.named || "").split(" ").includes(one.name)) return;
        const value = kept[one.name];
        if (isSeveral(one) && one.options) [...one.options].forEach((option) => { option.selected = value.includes(option.value); });
        else if (isSeveral(one)) one.checked = value.includes(one.value);
        else if (one.type === "checkbox") one.checked = value === "on";
        else one.value = value;
    });
    // What is chosen nowhere is named all the same: it was emptied.
    const asForm = (kept) => Object.entries(kept).flatMap(([name, value]) => (
        Array.isArray(value) ? (value.length ? value.map((one) => [name, one]) : [[name, ""]]) : [[name, value]]
    ));
    const differs = (one, other) => JSON.stringify(one) !== JSON.stringify(other);
    const say = (form, words, link) => {
        const place = form.querySelector("[data-draft-state]");
        if (!place) return;
        place.textContent = words;
        if (link) {
            const way = Object.assign(document.createElement("a"), { href: link.href, textContent: link.text });
            place.append(" ", way);
        }
    };

    // What is said stands in the page, in the language of whoever reads it.
    const words = (form) => form.querySelector("[data-draft-state]")?.dataset || {};

    // --- this tab's own copy ---

    const own = {
        read: (form) => {
            try { return JSON.parse(sessionStorage.getItem(keyOf(form))); } catch { return null; }
        },
        write: (form, more = {}) => {
            const copy = { texts: texts(form), base: form.dataset.base || "", seen: Number(form.dataset.seen), ...more };
            try { sessionStorage.setItem(keyOf(form), JSON.stringify(copy)); } catch { /* full or forbidden: the server has it */ }
        },
        drop: (form) => sessionStorage.removeItem(keyOf(form)),
    };

    const restore = (form) => {
        if (form.dataset.restored) return;
        form.dataset.restored = "1";
        const copy = own.read(form);
        if (!copy) return;
        const base = form.dataset.base || "";
        // What was sent is gone on the server, or something has happened in the case since.
        if (copy.sending && ((copy.base && !base) || Number(form.dataset.seen) > copy.seen)) {
            own.drop(form);
            return;
        }
        // The server has a newer one, of another tab: the newest stands.
        if (copy.base !== base) return;
        const now = texts(form);
        if (Object.entries(copy.texts).some(([name, text]) => text.length && differs(text, now[name]))) {
            fill(form, copy.texts);
            say(form, words(form).restored);
            keep(form);
        }
    };

    // --- the server's copy ---

    const loggedOut = (form) => {
        say(form, words(form).loggedOut, {
            text: words(form).logIn, href: `${form.dataset.login}?next=${encodeURIComponent(location.pathname)}`,
        });
        document.dispatchEvent(new CustomEvent("rd-signed-out"));
    };
    // Back from logging in elsewhere: what was typed meanwhile is saved.
    document.addEventListener("rd-signed-in", () => document.querySelectorAll("form[data-draft]").forEach((form) => {
        if (own.read(form)) keep(form);
    }));

    const send = async (form) => {
        if (form.dataset.sent) return;
        const sent = new URLSearchParams([...asForm(texts(form)), ["tab", tab], ["base", form.dataset.base || ""]]);
        const token = form.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
        let answer;
        try {
            answer = await fetch(form.dataset.draft, {
                method: "POST", body: sent, redirect: "manual",
                headers: { Accept: "application/json", "X-CSRFToken": token }, signal: AbortSignal.timeout(LONGEST_SAVE),
            });
        } catch {
            say(form, words(form).offline);
            return;
        }
        if (form.dataset.sent) return;
        if (answer.type === "opaqueredirect" || answer.status === 403) {
            loggedOut(form);
        } else if (answer.ok) {
            const told = await answer.json();
            form.dataset.base = told.base;
            own.write(form);
            say(form, told.says);
            others?.postMessage({ draft: form.dataset.draft, tab });
        } else {
            say(form, words(form).refused);
        }
    };

    // One after the other: an older text must not arrive behind a newer one.
    const saving = new WeakMap();
    const save = async (form) => {
        const turn = (saving.get(form) || Promise.resolve()).then(() => send(form));
        saving.set(form, turn);
        await turn;
        if (saving.get(form) === turn) saving.delete(form);
    };

    const keep = (form) => {
        own.write(form);
        clearTimeout(timers.get(form));
        timers.set(form, setTimeout(() => save(form), QUIET));
    };

    document.addEventListener("input", (event) => {
        const form = formOf(event.target);
        if (form && event.target.type !== "file") keep(form);
    });
    // What is sent goes behind the draft that is on its way: a draft that arrived after it would come back as unsent.
    document.addEventListener("submit", (event) => {
        const form = formOf(event.target);
        if (!form) return;
        clearTimeout(timers.get(form));
        if (!saving.has(form) || event.defaultPrevented) return;
        event.preventDefault();
        saving.get(form).then(() => form.requestSubmit(event.submitter));
    }, true);
    document.addEventListener("submit", (event) => {
        const form = formOf(event.target);
        if (form && !event.defaultPrevented) own.write(form, { sending: true });
    });
    others?.addEventListener("message", (event) => {
        const form = document.querySelector(`form[data-draft="${CSS.escape(event.data.draft)}"]`);
        if (form && event.data.tab !== tab) {
            say(form, words(form).newer, { text: words(form).show, href: location.href });
        }
    });
    const restoreAll = (root) => root.querySelectorAll?.("form[data-draft]").forEach(restore);
    restoreAll(document);
    document.addEventListener("htmx:afterSwap", (event) => restoreAll(event.detail.target));

    // --- files that are too large, or too many ---

    const MEGABYTE = 1024 * 1024, TOGETHER = 4; // as the server: together they may have as much as four of the largest
    const wrong = (files, told) => {
        const large = files.find((file) => file.size > Number(told.most) * MEGABYTE);
        if (large) return `${told.tooLarge} ${large.name}`;
        if (files.length > Number(told.mostFiles)) return told.tooMany;
        const size = files.reduce((sum, file) => sum + file.size, 0);
        return size > TOGETHER * Number(told.most) * MEGABYTE ? told.tooMuch : "";
    };

    document.addEventListener("change", (event) => {
        const input = event.target.closest?.("input[type=file][data-most]");
        if (!input) return;
        input.setCustomValidity(wrong([...input.files], input.dataset));
        input.reportValidity();
    });

    // --- colleagues by @ ---

    let list = null;
    let asked = 0;
    const close = () => { list?.remove(); list = null; };
    const typedName = (area) => /(?:^|[\s(])@([\w.+-]*)$/.exec(area.value.slice(0, area.selectionStart));
    const choose = (area, username) => {
        const found = typedName(area);
        if (!found) return;
        const end = area.selectionStart;
        area.setRangeText(`@${username} `, end - found[1].length - 1, end, "end");
        close();
        area.focus();
        area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const show = (area, people) => {
        close();
        if (!people.length) return;
        list = Object.assign(document.createElement("ul"), { className: "rd-names" });
        list.setAttribute("role", "listbox");
        people.forEach((one, number) => {
            const line = document.createElement("li");
            line.setAttribute("role", "option");
            line.setAttribute("aria-selected", String(number === 0));
            line.dataset.username = one.username;
            line.textContent = `${one.name} @${one.username}`;
            line.addEventListener("mousedown", (event) => { event.preventDefault(); choose(area, one.username); });
            list.append(line);
        });
        area.insertAdjacentElement("afterend", list);
    };
    document.addEventListener("input", (event) => {
        const area = event.target.closest?.("form[data-mentions] textarea");
        if (!area) return;
        clearTimeout(asked);
        const found = typedName(area);
        if (!found) {
            close();
            return;
        }
        asked = setTimeout(async () => {
            const address = `${area.form.dataset.mentions}?q=${encodeURIComponent(found[1])}`;
            const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
            // Somebody who has typed on meanwhile asked another question.
            if (answer?.ok && typedName(area)?.[1] === found[1]) show(area, (await answer.json()).people);
        }, 150);
    });
    document.addEventListener("keydown", (event) => {
        if (!list) return;
        const lines = [...list.children];
        const now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
        const area = list.previousElementSibling;
        if (event.key === "Escape") close();
        else if (event.key === "Enter" || event.key === "Tab") choose(area, lines[now].dataset.username);
        else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            const next = Math.min(Math.max(now + (event.key === "ArrowDown" ? 1 : -1), 0), lines.length - 1);
            lines.forEach((line, number) => line.setAttribute("aria-selected", String(number === next)));
        } else return;
        event.preventDefault();
    });
    document.addEventListener("focusout", (event) => { if (event.target.tagName === "TEXTAREA") close(); });
})();
