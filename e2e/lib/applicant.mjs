// What an applicant does in the portal.
import assert from "node:assert/strict";
import { Visitor } from "./browser.mjs";
import { until } from "./wait.mjs";

export class Applicant {
  // open begins a visit of the person, signed in, with what comes before the photo given, and on the photo page, unless told
  // otherwise.
  static async open(stack, browser, person, { signedIn = true, ready = true, ...options } = {}) {
    const applicant = new Applicant();
    Object.assign(applicant, { stack, person, visitor: await Visitor.open(browser, options) });
    applicant.page = applicant.visitor.page;
    if (signedIn) {
      await applicant.go("/");
      await applicant.at("sign-in");
      await applicant.signIn();
      await applicant.at();
      if (ready) await applicant.ready();
    }
    return applicant;
  }

  // ready gives declaration and addresses, if they are missing, as forms and nothing else, and opens the photo page or the one
  // that takes its place. That people can do it is shown by journeys of their own.
  async ready() {
    const missing = await this.page.locator("[data-task=declaration][data-status=incomplete]").count() > 0;
    if (missing) {
      await this.post("/declaration", { answer: "yes" });
      await this.post("/address", { street: "12 Main Street", city: "Ottawa", province: "ON", postal_code: "K1A 0B1" });
      await this.post("/address/postal", { same: "1" });
    }
    await this.go("/photo");
    await this.at();
  }

  async go(path) {
    return this.page.goto(this.stack.ready.portal + path);
  }

  // at waits for a page by its data-page, and for a state of the case by its data-case-state; without either for any page.
  async at(page, state) {
    await this.visitor.at(`body[data-page${page ? `="${page}"` : ""}]`, this.page);
    if (state) await this.visitor.at(`main[data-case-state="${state}"], main [data-case-state="${state}"]`, this.page);
  }

  async signIn() {
    await this.page.fill("input[name=username]", this.person.username);
    await this.page.fill("input[name=password]", this.person.password);
    await this.page.click("#sign-in");
  }

  // upload sends a photo, a path or {name, mimeType, buffer}, and waits until the page knows: it shows the new photo, or
  // says why it was not taken. It returns the time at which the server had it.
  async upload(photo) {
    const before = await this.page.locator("main").getAttribute("data-photo");
    await this.page.setInputFiles("#photo-file", photo);
    const answer = this.page.waitForResponse((r) => r.request().method() === "POST" && new URL(r.url()).pathname === "/photo");
    await this.page.click("#upload");
    const status = (await answer).status();
    const taken = Date.now();
    const told = status === 303 ? `main:not([data-photo="${before}"])` : "[data-problem]";
    await this.page.locator(told).first().waitFor({ state: "attached" });
    return taken;
  }

  // sayTooLarge chooses a photo that the page itself does not send.
  async sayTooLarge(photo) {
    await this.page.setInputFiles("#photo-file", photo);
    await this.page.click("#upload");
    await this.page.locator("#upload-say.is-bad", { hasText: "20 MB" }).waitFor();
  }

  // replace sends another photo in place of the one that is there, from wherever the page offers it.
  async replace(photo) {
    if (await this.page.locator("#photo-file").count() === 0) {
      await this.page.click("#replace");
      await this.at("photo");
    }
    return this.upload(photo);
  }

  // refused waits for the page that says why a file is not taken in.
  async refused(code, what) {
    await this.page.locator("[data-problem]").first().waitFor();
    await this.at("photo");
    assert.equal(await this.problem(), code, what);
  }

  // verdict waits until the page shows what the check found: the decision, the reasons that made it (found), and all
  // that are told.
  async verdict() {
    await this.page.locator("[data-decision]").first().waitFor();
    const seen = Date.now();
    await this.at("photo", "checked");
    const decision = await this.page.locator("[data-decision]").first().getAttribute("data-decision");
    return { seen, decision, found: await this.reasons(".findings:not(.hints) "), reasons: await this.reasons() };
  }

  async reasons(within = "") {
    return this.page.locator(`main ${within}[data-reason]`).evaluateAll((all) => all.map((e) => e.dataset.reason));
  }

  async problem() {
    return this.page.locator("[data-problem]").first().getAttribute("data-problem");
  }

  // drawn tells whether the evidence lies on a photo that has been loaded.
  async drawn() {
    const img = this.page.locator(".photo-evidence > img").first();
    await img.waitFor();
    await this.page.waitForFunction(() => {
      const photo = document.querySelector(".photo-evidence > img");
      return photo.complete && photo.naturalWidth > 0;
    });
    assert.ok(await this.page.locator(".photo-evidence > svg.evidence path").count() > 0, "evidence is drawn on the photo");
  }

  // toSubmit opens the page that asks once more.
  async toSubmit() {
    await this.page.click("#to-submit");
    await this.at("submit");
  }

  // offersAnotherPhotoFirst holds the page of a photo that would come back to its order: another photo, then a person, and
  // sending it all the same only behind that.
  async offersAnotherPhotoFirst() {
    const all = await this.page.locator("main :is(a[href], button, summary)").evaluateAll((found) => found.map((e) => e.id || e.localName));
    const offers = all.slice(all.indexOf("another")); // what stands above changes the answers that were given
    assert.deepEqual(offers, ["another", "submit", "summary", "submit-plain"]);
    assert.equal(await this.page.locator("#another").getAttribute("href"), "/photo");
    assert.ok(!await this.page.locator("#submit-plain").isVisible(), "sending it without a person is not offered at first sight");
  }

  // confirm submits, and opens the status page. Where the photo would come back that needs a decision: person says whether one
  // has to look.
  async confirm({ person = false, note = "" } = {}) {
    await this.page.check("#declared");
    const plain = this.page.locator("#submit-plain");
    if (!person && await plain.count() > 0) {
      await this.page.click("#without-person > summary");
      await plain.click();
    } else {
      if (note) await this.page.fill("#note", note);
      await this.page.click("#submit");
    }
    await this.submitted();
  }

  // submitted waits for what follows on a submission: the confirmation with its reference, or at once the photo that came back. It
  // ends on the status page.
  async submitted() {
    await this.page.locator("body:is([data-page=confirmation], [data-page=status])").waitFor({ state: "attached" });
    await this.at();
    if (await this.page.locator("body[data-page=confirmation]").count() > 0) {
      this.reference = await this.page.locator("[data-reference]").getAttribute("data-reference");
      await this.go("/status");
    }
    await this.at("status");
  }

  async submit(how) {
    await this.toSubmit();
    await this.confirm(how);
  }

  // askPerson is for a photo that came back.
  async askPerson(note) {
    await this.page.fill("#note", note);
    await this.page.click("#ask-person");
  }

  async toggleLanguage() {
    await this.page.click("form[action='/language'] button");
  }

  // anotherTab is the same browser, hence the same session.
  async anotherTab() {
    const tab = Object.assign(new Applicant(), this);
    tab.page = await this.visitor.context.newPage();
    return tab;
  }

  // loseSession is what happens after half an hour, at once.
  async loseSession() {
    await this.visitor.context.clearCookies({ name: "applicant_session" });
  }

  // sendTooLate presses a button after the session has ended, and comes back to the page, which says what was lost.
  async sendTooLate(button, problem, ...page) {
    await this.loseSession();
    await this.page.click(button);
    await this.at("sign-in");
    await this.signIn();
    await this.at(...page);
    assert.equal(await this.problem(), problem);
  }

  // post sends a form in this session without the page's script and checks in between.
  async post(path, form, multipart) {
    return this.visitor.context.request.post(this.stack.ready.portal + path,
      { form, multipart, headers: { origin: this.stack.ready.portal } });
  }

  async raw(path, contentType, data) {
    return this.visitor.context.request.post(this.stack.ready.portal + path,
      { data, headers: { origin: this.stack.ready.portal, "content-type": contentType } });
  }

  // until looks again and again at the page of the photo, as a person who waits would.
  async until(state) {
    await until(`${this.person.username}'s photo ${state}`, async () => {
      await this.go("/status");
      return await this.state() === state;
    });
  }

  // shows looks at a page again and again until something is on it.
  async shows(selector, path) {
    await until(`${selector} on ${path} of ${this.person.username}`, async () => {
      await this.go(path);
      return await this.page.locator(selector).count() > 0;
    });
  }

  async state() {
    return this.page.locator("[data-case-state]").first().getAttribute("data-case-state");
  }
}
