// A visitor is one person with one browser of their own, who notes whatever a page does that it should not: answers of 500
// and above, script errors, violations of the content security policy.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { checkHTML, checkPage } from "./page-checks.mjs";
import { within } from "./wait.mjs";

export async function startBrowser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}

const devices = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 900 } },
};

export class Visitor {
  // device is "phone" or "desktop"; language is what the browser asks for; storage are the cookies of an earlier visit.
  static async open(browser, { device = "phone", language = "en-CA", script = true, storage, opened = () => {} } = {}) {
    const context = await browser.newContext(
      { ...devices[device], locale: language, javaScriptEnabled: script, storageState: storage });
    context.setDefaultTimeout(20_000);
    const visitor = new Visitor();
    Object.assign(visitor, { context, script, faults: [], answers: [] });
    context.on("response", (response) => visitor.#note(response));
    context.on("weberror", (error) => visitor.faults.push(`script error: ${error.error().stack}`));
    context.on("console", (message) => {
      // Chromium writes an error for each answer of 400 and above; those are judged by #note.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        visitor.faults.push(`console on ${message.page()?.url()}: ${message.text()}`);
      }
    });
    opened(visitor);
    visitor.page = await context.newPage();
    return visitor;
  }

  #note(response) {
    if (response.status() >= 500) this.faults.push(`${response.status()} for ${response.request().method()} ${response.url()}`);
    const redirects = response.status() >= 300 && response.status() < 400;
    if (redirects || !response.headers()["content-type"]?.startsWith("text/html")) return;
    if (response.frame().parentFrame() !== null) return; // what is framed is an e-mail, written for programs that show those
    // The browser forgets the text of a page that it has left, and may then give no answer at all: the same page is held to it
    // another time.
    this.answers.push(within(5_000, response.text().catch(() => ""), "").then((text) => checkHTML(text).map((p) => `${response.url()}: ${p}`)));
  }

  // at waits until the page that selector tells is there, and holds it against what every page must meet.
  async at(selector, page = this.page) {
    await page.locator(selector).first().waitFor({ state: "attached" });
    await page.waitForLoadState("load");
    const problems = [...(await Promise.all(this.answers.splice(0))).flat(), ...await checkPage(this, page)];
    assert.ok(problems.length === 0, `${page.url()}\n${problems.join("\n")}`);
    return page;
  }

  // close ends the visit and throws what was noted during it.
  async close() {
    if (this.closed) return;
    this.closed = true;
    await this.context.close();
    if (this.faults.length > 0) throw new Error(`during the visit:\n${this.faults.join("\n")}`);
  }
}
