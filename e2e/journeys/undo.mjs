// Until the time to undo is over, the applicant sees "in review", no mail goes out, and the officer can take a decision back.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { mail, mails } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";

export const undoSeconds = 12;

export default function (system) {
  journey(system, "an officer takes a decision back, and decides anew", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    await applicant.submit();
    const officer = await j.officer();
    await officer.review(person);
    await officer.giveBack({ reasons: ["background", "other"], comment: "Never to be sent." });
    await officer.page.locator(".undo time[data-left]").waitFor();
    await applicant.go("/status");
    await applicant.at("status", "in_review");
    assert.ok(!(await applicant.page.content()).includes("Never to be sent."));
    await officer.page.locator(".undo form button").click();
    await officer.visitor.at("form#decision");

    const before = Date.now(); // what is measured from here takes longer than from the decision, on a busy machine by far
    await officer.accept();
    await applicant.go("/status");
    await applicant.at("status", "in_review");
    assert.deepEqual(await mails(j.stack, person), []);
    await applicant.until("accepted");
    assert.ok(Date.now() - before > undoSeconds * 1000, "it did not take effect before its time");
    assert.equal((await mail(j.stack, person)).subject, `Photo of ${person.name}: accepted`, "and nothing else was sent");
    await officer.page.goto(officer.page.url());
    await officer.visitor.at(".decided");
    assert.equal(await officer.page.locator("form[action$='/undo']").count(), 0, "it can't be undone any more");
  });
}
