// The page on which the printed part is chosen: drag, pinch, keys and a slider. Without this file its buttons do the same.
(() => {
  "use strict";
  const root = document.getElementById("crop");
  if (!root) return;
  const byId = (id) => document.getElementById(id);
  const s = JSON.parse(root.dataset.setup);
  const form = byId("crop-form"), stage = byId("crop-stage"), frame = byId("crop-frame"), say = byId("crop-say"), slider = byId("crop-size");
  const field = (name) => form.elements.namedItem(name);
  let x = Number(field("x").value), y = Number(field("y").value), u = Number(field("width").value) / s.aspect[0];
  const w = () => u * s.aspect[0], h = () => u * s.aspect[1];
  const clamp = (v, low, high) => Math.max(low, Math.min(v, high));

  // What to do for the head to fit; the server says the same where there is no script.
  const advice = () => {
    if (!s.head) return "unknown";
    const share = s.head.Height / h(), ex = (s.head.EyesX - x) / w(), ey = (s.head.EyesY - y) / h();
    const or = (there, code, last) => (there ? code : last);
    if (share > s.share[1]) return or(u < s.most, "larger", "large");
    if (share < s.share[0]) return or(u > s.least, "smaller", "small");
    if (ex < s.x[0]) return or(x > 0, "left", "edge");
    if (ex > s.x[1]) return or(x + w() < s.w, "right", "edge");
    if (ey < s.y[0]) return or(y > 0, "up", "edge");
    if (ey > s.y[1]) return or(y + h() < s.h, "down", "edge");
    return "good";
  };

  const box = document.createElement("div");
  box.className = "crop-box";
  box.id = "crop-box";
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", root.dataset.frame);
  box.setAttribute("aria-describedby", "crop-say");
  for (const name of ["nw", "ne", "sw", "se"]) {
    const corner = document.createElement("button");
    corner.type = "button";
    corner.className = `corner corner-${name}`;
    corner.dataset.corner = name;
    corner.setAttribute("aria-label", root.dataset.corner);
    box.append(corner);
  }

  // The bands of the top of the head and of the chin go with the eyes as far as those may go.
  const bands = () => {
    if (!s.head) return;
    const eyes = clamp((s.head.EyesY - y) / h(), ...s.y), [least, most] = s.heads, up = s.head.Above, scale = frame.viewBox.baseVal.height;
    for (const [id, from, to] of [["crop-crown", eyes - up * most, eyes - up * least], ["crop-chin", eyes + (1 - up) * least, eyes + (1 - up) * most]]) {
      byId(id).setAttribute("y", from * scale);
      byId(id).setAttribute("height", (to - from) * scale);
    }
  };
  const draw = () => {
    bands();
    for (const [name, v] of [["x", x], ["y", y], ["width", w()], ["height", h()]]) {
      frame.setAttribute(name, v);
      field(name).value = v;
    }
    byId("crop-shade").setAttribute("d", `M0 0h${s.w}v${s.h}H0zM${x} ${y}h${w()}v${h()}h${-w()}z`);
    Object.assign(box.style, { left: `${(100 * x) / s.w}%`, top: `${(100 * y) / s.h}%`, width: `${(100 * w()) / s.w}%`, height: `${(100 * h()) / s.h}%` });
    slider.value = u;
    const code = advice();
    if (code === say.dataset.advice) return;
    say.dataset.advice = code;
    say.className = `crop-say crop-${code}`;
    say.textContent = root.dataset[code];
  };
  // Puts a frame of that many units around a middle, or as near as there is room.
  const put = (units, middleX, middleY) => {
    u = clamp(Math.round(units), s.least, s.most);
    x = clamp(Math.round(middleX - w() / 2), 0, s.w - w());
    y = clamp(Math.round(middleY - h() / 2), 0, s.h - h());
    draw();
  };
  const middle = () => [x + w() / 2, y + h() / 2];
  // Makes it larger or smaller with the corner across from the named one where it is.
  const stretch = (units, name) => {
    const east = name[1] === "e", south = name[0] === "s", ax = east ? x : x + w(), ay = south ? y : y + h();
    const room = Math.min((east ? s.w - ax : ax) / s.aspect[0], (south ? s.h - ay : ay) / s.aspect[1]);
    u = clamp(Math.round(units), s.least, Math.max(s.least, Math.min(s.most, Math.floor(room))));
    put(u, ax + ((east ? 1 : -1) * w()) / 2, ay + ((south ? 1 : -1) * h()) / 2);
  };
  let silent = 0;
  const announce = () => { // once somebody has stopped pressing
    clearTimeout(silent);
    const text = byId("announce");
    text.textContent = "";
    silent = setTimeout(() => { text.textContent = say.textContent; }, 400);
  };
  const step = () => Math.max(1, Math.floor(w() / s.moves)), grow = () => Math.max(1, Math.floor(u / s.resizes));
  const moves = {
    left: () => [u, middle()[0] - step(), middle()[1]], right: () => [u, middle()[0] + step(), middle()[1]],
    up: () => [u, middle()[0], middle()[1] - step()], down: () => [u, middle()[0], middle()[1] + step()],
    larger: () => [u + grow(), ...middle()], smaller: () => [u - grow(), ...middle()],
    reset: () => [s.own[2] / s.aspect[0], s.own[0] + s.own[2] / 2, s.own[1] + s.own[3] / 2],
  };
  const keys = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "+": "larger", "=": "larger", "-": "smaller" };
  const go = (name) => {
    put(...moves[name]());
    announce();
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    go(button.value);
  });
  box.addEventListener("keydown", (event) => {
    const move = keys[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const corner = event.target.dataset.corner;
    if (corner && event.key.startsWith("Arrow")) {
      const out = { left: "w", right: "e", up: "n", down: "s" }[move];
      stretch(u + (corner.includes(out) ? grow() : -grow()), corner);
      announce();
      return;
    }
    go(move);
  });

  // One finger or the mouse moves the frame or stretches it by a corner; two fingers pinch.
  const fingers = new Map();
  const at = (event) => {
    const r = stage.getBoundingClientRect();
    return [((event.clientX - r.left) * s.w) / r.width, ((event.clientY - r.top) * s.h) / r.height];
  };
  const apart = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  let start = null;
  const begin = (corner) => {
    const [p] = fingers.values();
    start = { u, corner, middle: middle(), p, apart: fingers.size > 1 ? apart() : 0 };
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    fingers.set(event.pointerId, at(event));
    box.setPointerCapture(event.pointerId);
    begin(event.target.dataset.corner);
  });
  box.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const p = at(event);
    fingers.set(event.pointerId, p);
    if (start.apart > 0 && fingers.size > 1) {
      put((start.u * apart()) / start.apart, ...start.middle);
    } else if (start.corner) {
      const east = start.corner[1] === "e", south = start.corner[0] === "s";
      stretch(Math.max(Math.abs(p[0] - (east ? x : x + w())) / s.aspect[0], Math.abs(p[1] - (south ? y : y + h())) / s.aspect[1]), start.corner);
    } else {
      put(u, start.middle[0] + p[0] - start.p[0], start.middle[1] + p[1] - start.p[1]);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    box.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      if (fingers.size) begin();
      else announce();
    });
  }
  Object.assign(slider, { min: s.least, max: s.most, step: 1 });
  slider.addEventListener("input", () => {
    put(Number(slider.value), ...middle());
    announce();
  });
  byId("crop-sizer").hidden = s.least === s.most;
  byId("crop-keys").hidden = false;
  stage.append(box);
  draw();
})();
