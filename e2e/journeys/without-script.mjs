// Without JavaScript everything can be done; a refresh shows the verdict.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { mail } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  journey(system, "the whole way without JavaScript, for the applicant and the officer", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { script: false });
    await applicant.page.click("#upload"); // nothing is chosen
    await applicant.refused("no_file");
    await applicant.upload(file("large.jpg"));
    await applicant.refused("too_large");
    await applicant.upload(file("heic.jpg"));
    await applicant.refused("not_jpeg_or_png");
    await applicant.upload(file("dark.jpg"));
    await applicant.at("photo");
    assert.equal((await applicant.verdict()).decision, "return"); // the page asks for itself again: no script does
    await applicant.submit({ person: true, note: "Please look." });
    await applicant.at("status", "in_review");

    const officer = await j.officer({ script: false });
    await officer.review(person);
    await officer.page.click("label:has(#evidence-on)");
    assert.equal(await officer.page.locator("svg.evidence .ev:visible").count(), 0, "the evidence is hidden by style alone");
    await officer.page.click("button[formaction$='/preview']");
    await officer.visitor.at("form#decision");
    await officer.giveBack({ comment: "More light, please." });
    await applicant.until("returned");
    await mail(j.stack, person);

    await applicant.go("/photo");
    await applicant.upload(file("good.jpg"));
    assert.match((await applicant.verdict()).decision, /^(pass|review)$/);
    await applicant.submit();
    await applicant.at("status", "in_review");
    await officer.review(person);
    assert.equal(await officer.page.locator(".attempts li").count(), 1, "the attempt before is shown");
    await officer.accept();
    await applicant.until("accepted");
  });
}
