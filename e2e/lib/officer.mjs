// What an officer does at the desk.
import assert from "node:assert/strict";
import { Visitor } from "./browser.mjs";
import { until } from "./wait.mjs";

export class Officer {
  // open lets an officer in, the first one or the one of that number: by signing in, or with the session of an earlier journey.
  static async open(stack, browser, { number = 0, ...options } = {}) {
    const officer = new Officer();
    Object.assign(officer, { stack, account: stack.signIn("officer", number) });
    const storage = stack.officers.get(officer.account.username);
    officer.visitor = await Visitor.open(browser, { device: "desktop", storage, ...options });
    officer.page = officer.visitor.page;
    await officer.page.goto(stack.ready.officer);
    if (!storage) {
      await officer.visitor.at("form[action='/sign-in']");
      await officer.signIn();
    }
    await officer.visitor.at("form[action='/next']");
    stack.officers.set(officer.account.username, await officer.visitor.context.storageState());
    return officer;
  }

  async signIn() {
    await this.page.fill("input[name=username]", this.account.username);
    await this.page.fill("input[name=password]", this.account.password);
    await this.page.click("form[action='/sign-in'] button.primary");
  }

  // review takes photos in the order of the queue until that of the person comes. Those of other people are left from journeys
  // that are over: they are returned, so that they wait no longer.
  async review(person) {
    for (;;) {
      await this.page.goto(this.stack.ready.officer);
      const next = this.page.locator("form[action='/next'] button");
      assert.ok(await next.isEnabled(), `the photo of ${person.name} is in the queue`);
      await next.click();
      await this.page.locator("form#decision").waitFor();
      if ((await this.page.locator("h1").innerText()).trim() === person.name) break;
      await this.#openReasons();
      await this.page.check("#decision input[name=reason][value=other]");
      await this.page.click("#decision button.bad");
      await this.page.locator(".decided").waitFor();
    }
    await this.visitor.at("form#decision");
  }

  // task opens what stands on the office's list about the person, once it is there.
  async task(kind, person) {
    const line = this.page.locator(`tr[data-kind=${kind}] a`, { hasText: person.name });
    await until(`${kind} of ${person.name} on the office's list`, async () => {
      await this.page.goto(`${this.stack.ready.officer}/office?kind=${kind}`);
      return await line.count() > 0;
    });
    await this.visitor.at("#tasks");
    assert.equal(await line.count(), 1);
    await line.click();
    await this.visitor.at("#office-form");
    const page = await this.page.locator("main").innerText();
    assert.ok(page.includes(person.name), page);
    this.taskAt = this.page.url();
    return page;
  }

  // choices are what can be done about the task that is open.
  async choices() {
    return this.page.locator("#office-form [name=outcome]").evaluateAll((all) => all.map((b) => b.value));
  }

  // finish ends the task that is open: first without a reason, which is refused, then with one, perhaps with a message to the person.
  async finish(outcome, { reason = "We have phoned.", message } = {}) {
    const button = this.page.locator(`#office-form [name=outcome][value=${outcome}]`);
    await this.page.fill("#reason", " ");
    await button.click();
    await this.visitor.at("#office-form #reason[aria-invalid]");
    await this.page.fill("#reason", reason);
    if (message) {
      await this.page.click("#office-form summary");
      await this.page.fill("#message", message);
    }
    await button.click();
    await this.visitor.at("#tasks");
    assert.equal(await this.page.locator(`a[href="${new URL(this.taskAt).pathname}"]`).count(), 0, "it is off the list");
    await this.page.goto(this.taskAt);
    await this.visitor.at(".panel.decided");
    assert.ok((await this.page.locator(".panel.decided").innerText()).includes(reason), "the reason is kept");
  }

  // write sends a message from the page of the case that is open.
  async write(words) {
    await this.page.click("#messages > summary");
    await this.page.fill("#message", words);
    await this.page.click("#messages form button");
    await this.visitor.at(".notice");
    await this.page.click("#messages > summary");
    assert.ok((await this.page.locator("#messages .words").innerText()).includes(words));
  }

  async accept() {
    await this.page.click("form.accept button");
    await this.visitor.at(".decided");
  }

  // giveBack returns the photo for reasons; without any, for those that are ticked already.
  async giveBack({ reasons, comment }) {
    if (reasons) {
      await this.#openReasons();
      for (const box of await this.page.locator("#decision input[name=reason]").all()) {
        await box.setChecked(reasons.includes(await box.getAttribute("value")));
      }
    }
    await this.page.fill("#comment", comment);
    await this.page.click("#decision button.bad");
    await this.visitor.at(".decided");
  }

  // openReasons shows those reasons that no check gave. They are open already where one of them is ticked.
  async #openReasons() {
    if (await this.page.locator("#more-reasons:not([open])").count() > 0) await this.page.click("#more-reasons > summary");
  }

  async ticked() {
    return this.page.locator("#decision input[name=reason]:checked").evaluateAll((boxes) => boxes.map((b) => b.value));
  }

  // overlayToggles shows and hides the evidence: what one check found, and all of it.
  async overlayToggles() {
    await this.page.locator(".side details:has(.checks)").evaluateAll((all) => all.forEach((d) => { d.open = true; }));
    const box = this.page.locator("input[data-evidence=face_count]");
    const face = () => this.page.locator("svg.evidence .ev-face_count:visible").count();
    const shown = () => this.page.locator("svg.evidence .ev:visible").count();
    await box.uncheck();
    assert.equal(await face(), 0, "the frame of the face is hidden");
    await box.check();
    assert.ok(await face() > 0, "the frame of the face is drawn");
    const before = await shown();
    await this.page.click("#evidence-on");
    assert.equal(await shown(), 0, "no evidence is drawn any more");
    await this.page.click("#evidence-on");
    assert.equal(await shown(), before, "the evidence is back");
  }
}
