// Pages that stay up to date, and tell the others who is there. Without this file they are as they were when opened.
(() => {
    "use strict";

    const WRITING_LASTS = 60000;
    const watch = () => document.querySelector("[data-watch]");
    const typing = (element) => element?.matches?.("input:not([type=checkbox]), textarea, select");

    // The list fetches itself again when something happened to it: not under the hands of somebody who types in it or
    // has chosen lines; they are told, and ask for it themselves.
    document.body.addEventListener("rd-stale", () => {
        const live = document.getElementById("rd-live");
        if (!live) return;
        const busy = live.querySelector("[data-choose]:checked") || document.querySelector("dialog[open]")
            || (live.contains(document.activeElement) && typing(document.activeElement)) || live.querySelector("details[open]");
        const told = document.querySelector("[data-stale]");
        if (told) told.hidden = !busy;
        if (!busy) window.htmx.trigger(live, "rd-fresh");
    });

    // Logged out meanwhile: the page says so and asks no more. What is typed stays.
    const saySignedOut = (is) => document.querySelectorAll("[data-signed-out]").forEach((told) => { told.hidden = !is; });
    let signedOut = false;
    document.addEventListener("rd-signed-out", () => { signedOut = true; });
    document.body.addEventListener("htmx:responseError", (event) => {
        if (event.target !== watch() || event.detail.xhr.status !== 401) return;
        signedOut = true;
        saySignedOut(true);
        event.target.remove();
    });
    // Logged in again in another tab: on coming back, the forms here are given the keys of the new login, and go on.
    const goOn = async () => {
        if (!signedOut || document.visibilityState === "hidden") return;
        const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null); // offline: on coming back again
        const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
        const token = page && page.querySelector("[name=csrfmiddlewaretoken]")?.value;
        if (!token || !signedOut) return;
        signedOut = false;
        document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
        saySignedOut(false);
        const fresh = page.querySelector("[data-watch]");
        const place = document.querySelector("[data-signed-out]");
        if (fresh && place && !watch()) {
            place.before(document.importNode(fresh, true));
            window.htmx.process(watch());
        }
        document.dispatchEvent(new CustomEvent("rd-signed-in"));
    };
    window.addEventListener("focus", goOn);
    document.addEventListener("visibilitychange", goOn);

    // Who writes: the step whose form is being filled in, until a minute after the last letter.
    let step = "";
    let last = 0;
    document.addEventListener("input", (event) => {
        const found = /\/do\/(\w+)\//.exec(event.target.form?.getAttribute("action") || "");
        if (!found || !watch()) return;
        const begins = step !== found[1] || Date.now() - last > WRITING_LASTS;
        step = found[1];
        last = Date.now();
        if (begins) window.htmx.trigger(watch(), "rd-writing");
    });
    document.body.addEventListener("htmx:configRequest", (event) => {
        if (event.target === watch() && Date.now() - last < WRITING_LASTS) event.detail.parameters.writing = step;
    });
})();
