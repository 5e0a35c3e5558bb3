// A new upload takes the place of the one before, as often as one likes, until it is submitted.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  journey(system, "a photo is replaced before it is submitted", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.upload(file("dark.jpg"));
    assert.equal((await applicant.verdict()).decision, "return");
    await applicant.replace(file("good.jpg"));
    assert.match((await applicant.verdict()).decision, /^(pass|review)$/);
    await applicant.replace(file("nobody.png"));
    const nobody = await applicant.verdict();
    assert.equal(nobody.decision, "return");
    assert.ok(nobody.reasons.includes("not_one_face"), `told: ${nobody.reasons}`);
    await applicant.replace(file("good.jpg"));
    assert.match((await applicant.verdict()).decision, /^(pass|review)$/);
    await applicant.submit();
    await applicant.at("status", "in_review");
    const officer = await j.officer();
    await officer.review(person);
    assert.equal(await officer.page.locator(".attempts").count(), 0, "what was never submitted is not shown to an officer");
    await officer.accept();
  });

  journey(system, "a second photo is sent while the first is being checked", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    const release = j.stack.hold();
    try {
      await applicant.upload(file("dark.jpg"));
      await applicant.at("photo", "checking");
      await applicant.replace(file("good.jpg"));
      await applicant.at("photo", "checking");
    } finally {
      release();
    }
    assert.match((await applicant.verdict()).decision, /^(pass|review)$/, "the verdict is the second photo's");
    await applicant.drawn();
  });

  journey(system, "a page that shows the photo before is told when it submits", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    await applicant.toSubmit();
    const other = await applicant.anotherTab();
    await other.go("/photo");
    await other.replace(file("dark.jpg"));
    await other.verdict();
    await applicant.page.click("#submit");
    await applicant.at("photo", "checked");
    assert.equal(await applicant.problem(), "stale");
    assert.equal((await applicant.verdict()).decision, "return", "the page shows the photo that counts");
  });
}
