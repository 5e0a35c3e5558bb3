// Submitting happens once, with a photo, and closes the door.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { file } from "../lib/folders.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  journey(system, "a submitted photo can't be changed, on no page and by no other way", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    const left = await applicant.anotherTab(); // left open on the photo page
    await left.go("/photo");
    await applicant.submit();
    await applicant.at("status", "in_review");
    await applicant.go("/photo");
    await applicant.at("status", "in_review");
    assert.equal(await applicant.page.locator("#photo-file").count(), 0, "no photo can be chosen");
    await applicant.go("/submit");
    await applicant.at("status", "in_review");

    await left.replace(file("dark.jpg"));
    await left.at("status", "in_review");
    assert.equal(await left.problem(), "locked");

    const answer = await applicant.visitor.context.request.post(`${j.stack.ready.portal}/photo`, {
      headers: { origin: j.stack.ready.portal },
      multipart: { photo: { name: "dark.jpg", mimeType: "image/jpeg", buffer: readFileSync(file("dark.jpg")) } },
    });
    assert.equal(answer.status(), 409);
    assert.match(answer.headers()["content-type"], /^text\/html/);
    assert.match(await answer.text(), /data-problem="locked"/);

    const officer = await j.officer();
    await officer.review(person);
    await officer.accept();
    await applicant.until("accepted");
    await applicant.go("/photo");
    await applicant.at("status", "accepted");
  });

  journey(system, "submitting without a photo says what is missing", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.go("/submit");
    await applicant.at("photo", "open");
    assert.equal(await applicant.problem(), "no_photo");
    assert.equal(await applicant.page.locator("#to-submit").count(), 0);
    const answer = await applicant.post("/submit", {});
    assert.equal(answer.status(), 409);
    assert.match(await answer.text(), /data-problem="no_photo"/);
    await applicant.page.click("#upload");
    await applicant.at("photo", "open");
    await applicant.page.locator("#upload-say.is-bad").waitFor(); // nothing was chosen
  });

  journey(system, "submitting twice counts once", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    await applicant.toSubmit();
    const other = await applicant.anotherTab();
    await other.go("/submit");
    await other.at("submit");
    await applicant.page.check("#declared");
    await applicant.page.dblclick("#submit");
    await applicant.submitted();
    await applicant.at("status", "in_review");
    await other.page.click("#submit");
    await other.at("status", "in_review");
    assert.equal(await other.problem(), "already_submitted");

    const officer = await j.officer();
    await officer.review(person);
    await officer.page.locator(".history").evaluate((list) => { list.closest("details").open = true; });
    assert.equal(await officer.page.locator(".history li", { hasText: "Photo submitted" }).count(), 1);
    await officer.accept();
  });

  for (const [photo, state] of [["good.jpg", "in_review"], ["dark.jpg", "returned"]]) {
    const name = `a photo that is submitted before its verdict is ${state.replace("_", " ")} when that comes: ${photo}`;
    journey(system, name, async (j) => {
      const person = await j.person();
      const applicant = await j.applicant(person);
      const release = j.stack.hold();
      try {
        await applicant.upload(file(photo));
        await applicant.at("photo", "checking");
        await applicant.submit();
        await applicant.at("status", "submitted");
      } finally {
        release();
      }
      await applicant.at("status", state); // the page shows it by itself
    });
  }
}
