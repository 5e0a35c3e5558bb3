// A photo that the machine returns, and how one goes on from there.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { mail, mails, onPage } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  for (const device of ["phone", "desktop"]) {
    journey(system, `a dark photo comes back by itself, and a better one is taken, ${device}`, async (j) => {
      const person = await j.person();
      const applicant = await j.applicant(person, { device });
      await applicant.upload(file("dark.jpg"));
      const verdict = await applicant.verdict();
      assert.equal(verdict.decision, "return");
      assert.ok(verdict.found.includes("too_dark"), `told: ${verdict.found}`);
      await applicant.drawn();

      await applicant.toSubmit();
      await applicant.offersAnotherPhotoFirst();
      await applicant.confirm();
      await applicant.at("status", "returned");
      assert.deepEqual(await applicant.reasons(), verdict.found);
      assert.match(await applicant.page.locator("main").innerText(), /too dark/i);
      assert.match(await applicant.page.locator("main").innerText(), /automatic/i, "the page says that a machine decided");

      const letter = await mail(j.stack, person);
      assert.equal(letter.subject, `Photo of ${person.name}: please send another one`);
      assert.match(letter.text, /too dark/i);
      assert.match(letter.html, /too dark/i);
      await onPage(j.stack, applicant.visitor, letter);
      const framed = applicant.page.frameLocator("iframe").locator("body");
      assert.match(await framed.innerText(), /too dark/i);

      // The letter leads to where another photo is sent.
      const [link] = letter.text.match(/http:\S+\/photo\?lang=en/);
      await applicant.page.goto(link);
      await applicant.at("photo");
      await applicant.upload(file("good.jpg"));
      assert.match((await applicant.verdict()).decision, /^(pass|review)$/);
      await applicant.submit();
      await applicant.at("status", "in_review");
      assert.equal((await mails(j.stack, person)).length, 1);
    });
  }
}
