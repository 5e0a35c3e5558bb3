// Applicants' portal: what makes sending a photo easier. Every page works without this file.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const BLUR_SIDE = 512; // pixels that the long side is shrunk to before sharpness is told
  // Of 160 sharp photos from phones, studios and webcams none comes below 0.18; blurred by 0.3 % of their long side, all come below 0.06.
  const BLUR_LIMIT = 0.08;
  const announce = (text) => { const box = byId("announce"); if (box) box.textContent = text; };

  const here = () => location.pathname + location.search;
  let shown = here(); // the address that the page on the screen belongs to

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
    if (path.pathname + path.search !== here()) history.pushState(null, "", path);
    shown = here();
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
      announce([...fresh.querySelectorAll("h1, #same-photo, #coaching li")].map((e) => e.textContent).join(" "));
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

  // How sharp a picture is at its sharpest places: the strength of fine detail (Laplacian) against contrast, in squares of a small
  // copy. Against contrast, because otherwise dark skin and soft light would count as blurred. Only strong blur shows at this size.
  const sharpness = (canvas) => {
    const { width: w, height: h } = canvas, px = canvas.getContext("2d").getImageData(0, 0, w, h).data, side = 32, all = [];
    const grey = (x, y) => { const i = 4 * (y * w + x); return 0.3 * px[i] + 0.59 * px[i + 1] + 0.11 * px[i + 2]; };
    for (let top = 1; top + side < h; top += side) {
      for (let left = 1; left + side < w; left += side) {
        let sum = 0, squares = 0, fine = 0;
        for (let y = top; y < top + side; y++) {
          for (let x = left; x < left + side; x++) {
            const v = grey(x, y), l = 4 * v - grey(x - 1, y) - grey(x + 1, y) - grey(x, y - 1) - grey(x, y + 1);
            sum += v;
            squares += v * v;
            fine += l * l;
          }
        }
        const spread = squares / side ** 2 - (sum / side ** 2) ** 2;
        if (spread > 60) all.push(fine / side ** 2 / spread); // nothing is told by a bare wall
      }
    }
    return all.length ? all.sort((a, b) => b - a)[Math.floor(all.length / 4)] : 1;
  };

  // Shows the photo that was chosen, with what may be wrong with it. It never keeps anybody from sending.
  const look = async (form, file) => {
    const area = byId("upload-look"), hints = byId("upload-hints"), small = byId("upload-preview"), text = form.dataset;
    area.hidden = !file;
    hints.replaceChildren();
    small.hidden = true;
    if (!file) return;
    const say = (words, ready) => {
      const li = document.createElement("li");
      li.textContent = words;
      li.classList.toggle("is-ready", Boolean(ready));
      hints.append(li);
    };
    const heic = /hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name);
    if (file.size > Number(text.max)) say(text.textLarge);
    else if (heic) say(text.textHeic);
    else if (file.type && !/^image\/(jpeg|png)$/.test(file.type)) say(text.textType);
    let picture;
    try {
      picture = await createImageBitmap(file);
    } catch (e) {
      if (!hints.children.length) say(text.textType);
      return;
    }
    if (!hints.children.length) {
      const [w, h] = text.least.split(" ").map(Number);
      if (picture.width < w || picture.height < h) say(text.textSmall);
      const canvas = document.createElement("canvas"), k = Math.min(1, BLUR_SIDE / Math.max(picture.width, picture.height));
      [canvas.width, canvas.height] = [picture.width * k, picture.height * k];
      canvas.getContext("2d", { willReadFrequently: true }).drawImage(picture, 0, 0, canvas.width, canvas.height);
      if (sharpness(canvas) < BLUR_LIMIT) say(text.textBlur);
    }
    const k = 150 / Math.max(picture.width, picture.height);
    [small.width, small.height] = [picture.width * k, picture.height * k];
    small.getContext("2d").drawImage(picture, 0, 0, small.width, small.height);
    small.hidden = false;
    picture.close();
    if (!hints.children.length) say(text.textReady, true);
  };

  // Sends the photo with its progress. When it does not arrive, the same photo can be sent again without choosing it.
  const uploads = (form) => {
    const inputs = [byId("photo-file"), byId("photo-camera")], button = byId("upload"), say = byId("upload-say"), bar = byId("upload-progress");
    const label = button.textContent;
    let sending = false;
    const tell = (text, bad) => {
      say.textContent = text;
      say.hidden = !text;
      say.classList.toggle("is-bad", Boolean(bad));
    };
    const picked = () => inputs.map((i) => i.files[0]).find(Boolean);
    for (const input of inputs) {
      input.addEventListener("change", () => {
        for (const other of inputs) if (other !== input && input.files.length) other.value = "";
        button.textContent = label;
        tell("");
        look(form, picked());
      });
    }
    const failed = () => {
      sending = false;
      bar.hidden = true;
      button.disabled = false;
      button.textContent = form.dataset.textAgain;
      tell(form.dataset.textFailed, true);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const file = picked();
      if (sending) return;
      if (!file) {
        tell(form.dataset.textNone, true);
        inputs[0].focus();
        return;
      }
      if (file.size > Number(form.dataset.max)) {
        tell(form.dataset.textLarge, true);
        inputs[0].focus();
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
      const body = new FormData(form);
      for (const input of inputs) body.delete(input.name);
      body.append("photo", file, "photo"); // not under its own name
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
  addEventListener("popstate", () => {
    if (here() !== shown) location.reload(); // a link to a place on this page tells of itself too, and must lose nothing
  });
  begin();
  const problem = byId("problem");
  if (problem && problem.classList.contains("problem")) problem.focus();
})();
