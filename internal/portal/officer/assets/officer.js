// Officers' desk: what makes review faster. Every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("has-script");
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);

  // Time left to undo. When it is over the offer goes away: the decision has taken effect.
  const clocks = all("time[data-left]");
  if (clocks.length > 0) {
    const start = performance.now();
    const tick = () => {
      for (const clock of clocks) {
        const left = Math.ceil((Number(clock.dataset.left) - (performance.now() - start)) / 1000);
        if (left <= 0) {
          clock.closest(".undo")?.remove();
          all(".decided form[action$='/undo']").forEach((form) => form.remove());
          continue;
        }
        clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      }
    };
    tick();
    setInterval(tick, 500);
  }

  // Zoom with the wheel and pan by dragging, in the box that scrolls anyway.
  const zooms = ["zoom-1", "zoom-2", "zoom-4"].map((id) => document.getElementById(id)).filter(Boolean);
  const zoomBy = (step, stage, x, y) => {
    const now = zooms.findIndex((radio) => radio.checked);
    const next = Math.max(0, Math.min(zooms.length - 1, now + step));
    if (next === now || zooms.length === 0) return;
    const box = stage && stage.getBoundingClientRect();
    const atX = stage ? (stage.scrollLeft + x - box.left) / stage.scrollWidth : 0;
    const atY = stage ? (stage.scrollTop + y - box.top) / stage.scrollHeight : 0;
    zooms[next].checked = true;
    if (stage) {
      stage.scrollLeft = atX * stage.scrollWidth - (x - box.left);
      stage.scrollTop = atY * stage.scrollHeight - (y - box.top);
    }
  };
  for (const stage of all(".stage")) {
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1 : -1, stage, event.clientX, event.clientY);
    }, { passive: false });
    stage.addEventListener("dblclick", (event) => {
      const fit = zooms[0] && zooms[0].checked;
      zoomBy(fit ? 1 : -2, stage, event.clientX, event.clientY);
    });
    let from = null;
    stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType !== "mouse") return; // touch pans by itself
      from = { x: event.clientX + stage.scrollLeft, y: event.clientY + stage.scrollTop };
      stage.setPointerCapture(event.pointerId);
      stage.classList.add("is-dragging");
    });
    stage.addEventListener("pointermove", (event) => {
      if (!from) return;
      stage.scrollLeft = from.x - event.clientX;
      stage.scrollTop = from.y - event.clientY;
    });
    const stop = () => { from = null; stage.classList.remove("is-dragging"); };
    stage.addEventListener("pointerup", stop);
    stage.addEventListener("pointercancel", stop);
    stage.addEventListener("dragstart", (event) => event.preventDefault());
  }

  // Pointing at a check lights its evidence up.
  for (const row of all("tbody[data-check]")) {
    const light = (on) => {
      row.classList.toggle("is-lit", on);
      all(`.ev[data-check="${CSS.escape(row.dataset.check)}"]`).forEach((group) => group.classList.toggle("is-lit", on));
    };
    row.addEventListener("mouseenter", () => light(true));
    row.addEventListener("mouseleave", () => light(false));
    row.addEventListener("focusin", () => light(true));
    row.addEventListener("focusout", () => light(false));
  }

  // The letter follows the form.
  const form = one("form[data-preview]");
  if (form) {
    let timer = 0;
    let running = null;
    const refresh = async () => {
      running?.abort();
      running = new AbortController();
      try {
        const answer = await fetch(form.dataset.preview, {
          method: "POST", body: new URLSearchParams(new FormData(form)), signal: running.signal,
          headers: { "X-Requested-Part": "letters" },
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("letters");
        if (fresh) document.getElementById("letters").replaceWith(document.adoptNode(fresh));
      } catch (error) {
        if (error.name !== "AbortError") document.getElementById("letters").classList.add("is-old");
      }
    };
    const later = () => {
      clearTimeout(timer);
      document.getElementById("letters").classList.add("is-old");
      timer = setTimeout(refresh, 250);
    };
    form.addEventListener("input", (event) => { if (event.target.name !== "letter") later(); });
  }

  // A second press must not ask twice.
  for (const each of all("main form[method=post]")) {
    each.addEventListener("submit", (event) => {
      if (each.dataset.sent) event.preventDefault();
      each.dataset.sent = "1";
    });
  }
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((each) => delete each.dataset.sent));

  // Keys: off unless the page says on; never while typing; Accept and Return take the focus, Enter presses them.
  if (document.body.dataset.shortcuts !== "on") return;
  const hints = { a: true, r: true, n: true, u: true, s: true };
  for (const target of all("[data-key]")) {
    if (!hints[target.dataset.key] || target.querySelector("kbd")) continue;
    const key = document.createElement("kbd");
    key.textContent = target.dataset.key.toUpperCase();
    key.setAttribute("aria-hidden", "true");
    target.append(key);
    target.setAttribute("aria-keyshortcuts", target.dataset.key);
  }
  const press = (selector) => one(selector)?.click();
  const focus = (selector) => { const to = one(selector); to?.focus(); to?.scrollIntoView({ block: "nearest" }); };
  const actions = {
    a: () => focus("[data-key=a]"),
    r: () => focus("[data-key=r]"),
    c: () => focus("#comment"),
    o: () => press("#view-print:not(:checked), #view-whole:not(:checked)"),
    e: () => press("#evidence-on"),
    "+": () => zoomBy(1), "=": () => zoomBy(1), "-": () => zoomBy(-1), "0": () => zoomBy(-2),
    n: () => press("[data-key=n]"),
    u: () => press("[data-key=u]"),
    s: () => { const box = document.getElementById("skip"); if (box) { box.open = true; focus("#why"); } },
    "?": () => document.getElementById("keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    const at = event.target;
    if (at.isContentEditable || at.closest("textarea, select, dialog[open], input:not([type=checkbox]):not([type=radio])")) return;
    const digit = /^[1-9]$/.test(event.key) && all("input[data-evidence]:not([data-evidence=crop])")[Number(event.key) - 1];
    const action = digit ? () => digit.click() : actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
})();
