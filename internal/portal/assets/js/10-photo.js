// Applicants' portal: what makes sending a photo easier. Every page works without this file.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const announce = (text) => { const box = byId("announce"); if (box) box.textContent = text; };

  // Takes main, the title and the address of the account's page from an answer of ours. A page that is another one, such as
  // that for signing in, is opened as a whole.
  const take = (html, address) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("main");
    if (!fresh || page.body.dataset.page === "sign-in") {
      location.assign(address);
      return;
    }
    const path = new URL(address, location.href);
    if (path.pathname + path.search !== location.pathname + location.search) history.pushState(null, "", path);
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.dataset.page = page.body.dataset.page;
    const back = page.querySelector("header input[name=back]");
    const ours = document.querySelector("header input[name=back]");
    if (back && ours) ours.value = back.value;
    document.querySelector("main").replaceWith(document.adoptNode(fresh));
    begin();
    const problem = byId("problem");
    if (problem) {
      problem.focus();
    } else {
      const h1 = document.querySelector("main h1");
      announce(h1 ? h1.textContent : "");
      fresh.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  };

  // A page that waits for the verdict asks every second, and shows it anew when there is something new.
  let timer = 0;
  const poll = (main) => {
    clearTimeout(timer);
    if (!main.dataset.poll) return;
    const started = Date.now();
    const ask = async () => {
      try {
        const answer = await fetch(main.dataset.poll, { headers: { Accept: "application/json" } });
        if (answer.status === 401) {
          location.reload();
          return;
        }
        if (answer.ok && document.contains(main)) {
          const now = await answer.json();
          if (now.state !== main.dataset.caseState || now.photo !== main.dataset.photo || String(now.slow) !== main.dataset.slow) {
            const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
            if (page.ok) {
              take(await page.text(), page.url);
              return;
            }
          }
        }
      } catch (e) { /* the network is away: ask again */ }
      if (document.contains(main)) timer = setTimeout(ask, Date.now() - started > 60000 ? 5000 : 1000);
    };
    timer = setTimeout(ask, 700);
  };

  // Sends the photo with its progress. When it does not arrive, the same photo can be sent again without choosing it.
  const uploads = (form) => {
    const input = byId("photo-file"), button = byId("upload"), say = byId("upload-say"), bar = byId("upload-progress");
    const label = button.textContent;
    let sending = false;
    const tell = (text, bad) => {
      say.textContent = text;
      say.hidden = !text;
      say.classList.toggle("is-bad", Boolean(bad));
    };
    const chosen = () => {
      const file = input.files[0];
      button.textContent = label;
      if (!file) tell("");
      else if (file.size > Number(form.dataset.max)) tell(form.dataset.textLarge, true);
      else if (file.type && file.type !== "image/jpeg" && file.type !== "image/png") tell(form.dataset.textType, true);
      else tell("");
    };
    input.addEventListener("change", chosen);
    const failed = () => {
      sending = false;
      bar.hidden = true;
      button.disabled = false;
      button.textContent = form.dataset.textAgain;
      tell(form.dataset.textFailed, true);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const file = input.files[0];
      if (sending) return;
      if (!file) {
        tell(form.dataset.textNone, true);
        input.focus();
        return;
      }
      if (file.size > Number(form.dataset.max)) {
        tell(form.dataset.textLarge, true);
        input.focus();
        return;
      }
      sending = true;
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (e) => {
        if (!e.lengthComputable) return;
        const percent = Math.floor((100 * e.loaded) / e.total);
        bar.value = percent;
        const text = percent < 100 ? form.dataset.textProgress.replace("{percent}", String(percent)) : form.dataset.textDone;
        if (percent % 10 === 0 || percent < 1) tell(text);
      });
      request.addEventListener("error", failed);
      request.addEventListener("timeout", failed);
      request.addEventListener("abort", failed);
      request.addEventListener("load", () => {
        if (request.status >= 500 || request.status === 0) {
          failed();
          return;
        }
        take(request.responseText, request.responseURL || location.href);
      });
      bar.hidden = false;
      bar.value = 0;
      button.disabled = true;
      tell(form.dataset.textProgress.replace("{percent}", "0"));
      const body = new FormData();
      body.append("photo", file, "photo");
      request.send(body);
    });
  };

  // A form that was sent is not sent again by a second press.
  const once = (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  };

  const begin = () => {
    const main = document.querySelector("main");
    poll(main);
    const upload = byId("upload-form");
    if (upload) uploads(upload);
    for (const form of main.querySelectorAll("form[method=post]:not(#upload-form)")) once(form);
  };
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // from the browser's own cache: the case may have moved
  });
  addEventListener("popstate", () => location.reload());
  begin();
  const problem = byId("problem");
  if (problem && problem.classList.contains("problem")) problem.focus();
})();
