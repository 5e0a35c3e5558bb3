// Whoever thinks that the machine is wrong gets a person.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { mail, mails } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  journey(system, "a person looks at a photo that would be returned, and returns it in words", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.upload(file("dark.jpg"));
    const verdict = await applicant.verdict();
    assert.equal(verdict.decision, "return");
    const note = "My lamp broke.\nPlease look yourself: <b>it is me</b>.";
    await applicant.submit({ person: true, note });
    await applicant.at("status", "in_review");
    assert.deepEqual(await mails(j.stack, person), [], "nothing was returned by itself");

    const officer = await j.officer();
    await officer.review(person);
    assert.equal(await officer.page.locator(".panel.note .pre").innerText(), note);
    const ticked = await officer.ticked();
    assert.ok(ticked.includes("too_dark"), `ticked: ${ticked}`);
    await officer.giveBack({ comment: "We can't see your eyes. Please stand by a window." });

    await applicant.until("returned");
    await applicant.at("status", "returned");
    assert.deepEqual((await applicant.reasons()).sort(), ticked.sort());
    const page = await applicant.page.locator("main").innerText();
    assert.ok(page.includes("Please stand by a window."), page);
    const letter = await mail(j.stack, person);
    assert.ok(letter.text.includes("Please stand by a window."), letter.text);
    assert.match(letter.text, /too dark/i);
    assert.match(letter.text, /person in our office/i);
  });

  journey(system, "a person is asked for after the machine returned a photo, and accepts it", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    await applicant.upload(file("dark.jpg"));
    await applicant.verdict();
    await applicant.submit();
    await applicant.at("status", "returned");
    await applicant.askPerson("Look again, please.");
    await applicant.at("status", "in_review");

    const officer = await j.officer();
    await officer.review(person);
    assert.equal(await officer.page.locator(".panel.note .pre").innerText(), "Look again, please.");
    await officer.accept();
    await applicant.until("accepted");
    const letter = await mail(j.stack, person, 2);
    assert.equal(letter.subject, `Photo of ${person.name}: accepted`);
  });

  journey(system, "after two automatic returns a person looks", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    for (const last of ["returned", "returned", "in_review"]) {
      await applicant.go("/photo");
      await applicant.upload(file("dark.jpg"));
      assert.equal((await applicant.verdict()).decision, "return");
      await applicant.submit();
      await applicant.at("status", last);
    }
    assert.equal((await mail(j.stack, person, 2)).subject, `Photo of ${person.name}: please send another one`);
  });
}
