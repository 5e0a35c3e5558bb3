// The other language keeps what was written and is not sent yet. Passwords and files are left out, and nothing stays behind.
(() => {
  "use strict";
  const key = "unsent";
  const ticks = (field) => field.type === "checkbox" || field.type === "radio";
  const fields = () => [...document.querySelectorAll("main form :is(input, select, textarea)")]
    .filter((field) => field.name && !["hidden", "password", "file"].includes(field.type));
  const toggle = document.querySelector("form[action='/language']");
  if (toggle) {
    toggle.addEventListener("submit", () => {
      const values = fields().map((field) => [field.name, field.value, field.checked]);
      try {
        sessionStorage.setItem(key, JSON.stringify({ path: location.pathname, values }));
      } catch (e) { /* the browser keeps nothing: then it is as without this file */ }
    });
  }
  let unsent = null;
  try {
    unsent = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
  } catch (e) { /* the same */ }
  if (!unsent || unsent.path !== location.pathname) return;
  fields().forEach((field, i) => {
    const [name, value, checked] = unsent.values[i] || [];
    if (name !== field.name) return;
    if (!ticks(field)) field.value = value;
    else if (value === field.value) field.checked = checked;
  });
})();
