// Everything up to the submitted photo with the keyboard alone.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { how, journey } from "../lib/journey.mjs";
import { Keyboard } from "../lib/keyboard.mjs";

export default function (system) {
  journey(system, "A10: from the sign-in to the submitted photo with the keyboard alone", async (j) => {
    const person = await j.person();
    const visit = await j.applicant(person, { device: "desktop", signedIn: false });
    const keys = new Keyboard(visit.page);
    await visit.go("/sign-in");
    await visit.at("sign-in");
    await keys.to(".skip-link");
    await keys.type("#username", person.username);
    await keys.type("#password", person.password);
    await keys.press("#sign-in");
    await visit.at("tasks");

    await keys.press("[data-task=declaration] a");
    await visit.at("declaration");
    await keys.press("#answer", "Space");
    await keys.press("#save");
    await visit.at("tasks");
    await keys.press("[data-task=home] a");
    await visit.at("address");
    await keys.type("#street", "12 Main Street");
    await keys.type("#city", "Ottawa");
    await keys.type("#province", "Ontario"); // letters choose in a list
    await keys.type("#postal_code", "K1A 0B1");
    await keys.press("#save");
    await visit.page.locator("#same").waitFor();
    await visit.at("address");
    await keys.press("#same", "Space");
    await keys.press("#save");
    await visit.at("tasks");

    await keys.press("[data-task=photo] a");
    await visit.at("photo", "open");
    // Asked for before the way there: the browser has to know that it shall tell of it, or it opens a window that nobody sees.
    const opened = visit.page.waitForEvent("filechooser", { timeout: 60_000 });
    opened.catch(() => {}); // what fails on the way is told by itself
    await keys.press("#photo-file");
    await (await opened).setFiles(file("good.jpg"));
    await keys.press("#upload");
    assert.match((await visit.verdict()).decision, /^(pass|review)$/);

    const before = await visit.page.locator("main").getAttribute("data-photo");
    await keys.press("#adjust-crop");
    await visit.at("crop");
    await keys.to("#crop-box");
    await visit.page.keyboard.press("ArrowDown");
    await visit.page.keyboard.press("+");
    await keys.press("#crop-save");
    await visit.page.locator(`main:not([data-photo="${before}"])`).waitFor({ state: "attached" }); // measured again, as a photo of its own
    await visit.verdict();

    await keys.press("#to-submit");
    await visit.at("submit");
    await keys.press("#declared", "Space");
    await keys.press("#submit");
    await visit.submitted();
    await visit.at("status", "in_review");
  });

  // skip follows the link that comes first on a page, and finds the keyboard in the content, past all that stands above it.
  async function skip(page) {
    const keys = new Keyboard(page);
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".skip-link")), "it comes first");
    await page.locator(".skip-link").evaluate((link) => Promise.all(link.getAnimations().map((a) => a.finished)));
    assert.ok(await page.locator(".skip-link").evaluate((link) => link.getBoundingClientRect().top >= 0), "it can be seen");
    await page.keyboard.press("Enter");
    await page.locator("#main:focus").waitFor();
    await keys.to("main :is(a, button, input, summary, [tabindex])");
    assert.equal(keys.stops, 1, "the next stop is in the content");
  }

  for (const [device, language, script] of [["desktop", "en", false], ["phone", "fr", true]]) {
    journey(system, `A10: the link past what stands above the content, ${how(device, language, script)}`, async (j) => {
      const person = await j.person({ language });
      const visit = await j.applicant(person, { device, script, language: `${language}-CA`, signedIn: false });
      await visit.go("/sign-in");
      await visit.at("sign-in");
      await skip(visit.page);
      await visit.signIn();
      await visit.at("tasks");
      for (const path of ["/", "/photo", "/account", "/help"]) {
        await visit.go(path);
        await visit.at();
        await skip(visit.page);
      }
      // A problem leads to its field, and nothing that was written meanwhile is lost.
      await visit.go("/address");
      await visit.at("address");
      await visit.page.fill("#postal_code", "nonsense");
      await visit.page.click("#save");
      await visit.at("address");
      await visit.page.fill("#city", "Montréal");
      await new Keyboard(visit.page).press("#problem a[href='#postal_code']");
      await visit.page.locator("#postal_code:focus").waitFor();
      assert.equal(await visit.page.inputValue("#city"), "Montréal");
      assert.equal(await visit.page.inputValue("#postal_code"), "nonsense");
      const officer = await j.officer({ script });
      await officer.page.goto(`${j.stack.ready.officer}/office`);
      await officer.visitor.at("#tasks");
      await skip(officer.page);
    });
  }
}
