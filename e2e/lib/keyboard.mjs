// A person who has a keyboard and nothing else.
import assert from "node:assert/strict";

const mostStops = 120;

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  // to goes on by Tab until the focus is on what selector tells; at every stop the focus has to be seen. stops is how many it were.
  async to(selector) {
    for (this.stops = 1; this.stops <= mostStops; this.stops++) {
      await this.page.keyboard.press("Tab");
      const { there, seen, what } = await this.page.evaluate((wanted) => {
        const e = document.activeElement;
        const style = getComputedStyle(e);
        const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
        return { there: e.matches(wanted), seen: shown || e === document.body, what: e.outerHTML.slice(0, 120) };
      }, selector);
      assert.ok(seen, `the focus can't be seen on ${what}`);
      if (there) return;
    }
    assert.fail(`${selector} is not reached by ${mostStops} times Tab on ${this.page.url()}`);
  }

  async press(selector, key = "Enter") {
    await this.to(selector);
    await this.page.keyboard.press(key);
  }

  async type(selector, text) {
    await this.to(selector);
    await this.page.keyboard.type(text);
  }
}
