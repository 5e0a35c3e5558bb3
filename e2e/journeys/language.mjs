// French throughout: pages, errors, evidence, letters; and the toggle that keeps the page and the data.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { mail, onPage } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  const lang = (applicant) => applicant.page.locator("html").getAttribute("lang");

  journey(system, "the whole way in French", async (j) => {
    const person = await j.person({ givenNames: "Zoé", familyName: "Brûlé-N’Diaye", language: "fr" });
    const applicant = await j.applicant(person, { language: "fr-CA" });
    assert.equal(await lang(applicant), "fr");
    await applicant.upload(file("heic.jpg"));
    await applicant.at("photo", "open");
    assert.equal(await applicant.problem(), "not_jpeg_or_png");
    assert.equal(await lang(applicant), "fr");
    await applicant.upload(file("dark.jpg"));
    await applicant.verdict();
    assert.match(await applicant.page.locator("main").innerText(), /trop sombre/i);
    await applicant.submit();
    await applicant.at("status", "returned");
    assert.match(await applicant.page.locator("main").innerText(), /trop sombre/i);
    const letter = await mail(j.stack, person);
    assert.equal(letter.language, "fr");
    assert.equal(letter.subject, `Photo de ${person.name} : veuillez en envoyer une autre`);
    assert.match(letter.text, /trop sombre/i);
    await onPage(j.stack, applicant.visitor, letter);

    await applicant.go("/photo");
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    await applicant.submit();
    await applicant.at("status", "in_review");
    assert.equal(await lang(applicant), "fr");

    const officer = await j.officer({ language: "fr-CA" });
    assert.equal(await officer.page.locator("html").getAttribute("lang"), "fr");
    await officer.review(person);
    await officer.accept();
    await applicant.until("accepted");
    assert.equal((await mail(j.stack, person, 2)).language, "fr");
  });

  journey(system, "the toggle keeps the page and the photo, and holds for letters", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    await applicant.upload(file("dark.jpg"));
    await applicant.verdict();
    const photo = await applicant.page.locator(".photo-evidence > img").first().getAttribute("src");
    await applicant.toggleLanguage();
    await applicant.at("photo", "checked");
    assert.equal(await lang(applicant), "fr");
    assert.equal(await applicant.page.locator(".photo-evidence > img").first().getAttribute("src"), photo);
    await applicant.toSubmit();
    await applicant.toggleLanguage();
    await applicant.at("submit", "checked");
    assert.equal(await lang(applicant), "en");
    await applicant.toggleLanguage();
    await applicant.at("submit", "checked");
    await applicant.confirm();
    await applicant.at("status", "returned");
    assert.equal((await mail(j.stack, person)).language, "fr", "the language that was chosen holds for letters");
  });
}
