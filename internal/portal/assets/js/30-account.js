// A password can be shown while it is typed. It is hidden again before it is sent, so that browsers know it for a password.
(() => {
  "use strict";
  for (const input of document.querySelectorAll("input[data-show]")) {
    const box = document.createElement("div"), button = document.createElement("button");
    box.className = "reveal";
    button.type = "button";
    button.setAttribute("aria-controls", input.id);
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? input.dataset.hide : input.dataset.show;
    };
    show(false);
    button.addEventListener("click", () => {
      show(input.type === "password");
      const say = document.getElementById("announce");
      if (say) say.textContent = input.type === "text" ? input.dataset.shown : input.dataset.hidden;
    });
    input.setAttribute("autocapitalize", "none");
    input.setAttribute("spellcheck", "false");
    input.before(box);
    box.append(input, button);
    input.form.addEventListener("submit", () => show(false));
  }
})();
