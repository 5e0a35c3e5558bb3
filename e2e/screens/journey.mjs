// Pictures of the whole journey of an invited person on a phone, from the e-mail to the card.
import { file } from "../lib/folders.mjs";
import { Invited, family, letter, linkIn, subjects } from "../lib/invited.mjs";
import { Officer } from "../lib/officer.mjs";

export async function journey(stack, browser, camera, language) {
  const { parent } = await family(stack, language, language === "en" ? "Lindqvist" : "Tremblay");
  const visit = await Invited.come(stack, browser, parent, { device: "phone" });
  const take = (name) => camera.take(visit.page, `phone-${name}`, language);
  await invited(visit, take);
  await tasks(visit, take);
  await proof(visit, take);
  await photo(visit, take);
  await afterwards(stack, browser, visit, take);
  for (const path of ["messages", "account", "account/password", "account/email", "help", "privacy", "accessibility", "about", "requirements"]) {
    await visit.go(`/${path}`);
    await visit.at();
    await take(path.replace("/", "-"));
  }
  await visit.visitor.close();
}

async function invited(visit, take) {
  const { page, stack, person } = visit;
  await page.goto(linkIn(await letter(stack, person, subjects[person.language].invitation), "/invitation/"));
  await visit.at("invitation-birth");
  await take("invitation-birth-date");
  await visit.birthDate();
  for (const [button, next] of [["#continue", "use"], ["#use-yes", "email"], ["#email-right", "list"], ["#list-right", "done"]]) {
    await page.click(button);
    await visit.at(`invitation-${next}`);
    await take(`invitation-${next}`);
  }
  await visit.begin(() => take("first-sign-in"));
}

async function tasks(visit, take) {
  const { page } = visit;
  await take("tasks");
  await visit.open("declaration");
  await visit.at("declaration");
  await page.check("#answer-no");
  await take("declaration");
  await page.click("#save");
  await visit.at("not-in-canada");
  await take("not-in-canada");
  await visit.go("/declaration");
  await page.check("#answer");
  await page.click("#save");
  await visit.at("tasks");
  await visit.open("home");
  await visit.at("address");
  await take("address");
  await page.click("#save");
  await page.locator("[data-problem]").waitFor();
  await take("address-problem");
  for (const [field, value] of [["#street", "12, rue Saint-Denis"], ["#city", "Montréal"], ["#postal_code", "h2x3k2"]]) await page.fill(field, value);
  await page.selectOption("#province", "QC");
  await page.click("#save");
  await page.locator("#same").waitFor();
  await page.check("#same");
  await take("address-postal");
  await page.click("#save");
  await visit.at("tasks");
  await take("tasks-later");
}

async function proof(visit, take) {
  await visit.go("/proof");
  await take("proof");
  await visit.page.click("#ask-proof");
  await visit.page.locator("#proof-download").waitFor();
  await take("proof-ready");
}

async function photo(visit, take) {
  const { page } = visit;
  await visit.go("/photo");
  await take("photo");
  await page.click("details.more-boxes > summary");
  await take("photo-boxes");
  await page.setInputFiles("#photo-file", file("blurred.jpg"));
  await page.locator("#upload-look").waitFor();
  await take("photo-chosen");
  await visit.upload(file("dark.jpg"));
  await visit.verdict();
  await visit.drawn();
  await take("verdict-dark");
  await visit.toSubmit();
  await take("submit-dark");
  await visit.confirm();
  await visit.at("status", "returned");
  await take("status-returned");
  await visit.go("/photo");
  await visit.upload(file("good.jpg"));
  await visit.verdict();
  await visit.drawn();
  await take("verdict");
  await page.click("#adjust-crop");
  await visit.at("crop");
  await take("crop");
  await visit.go("/submit");
  await take("submit");
  await visit.go("/submit/details");
  await visit.at("details");
  await take("details");
  await visit.go("/submit");
  await page.check("#declared");
  await page.click("#submit");
  await visit.at("confirmation");
  await take("confirmation");
  await visit.go("/status");
  await visit.at("status", "in_review");
  await take("status-in-review");
}

async function afterwards(stack, browser, visit, take) {
  const officer = await Officer.open(stack, browser);
  await officer.review(visit.person);
  await officer.accept();
  await officer.visitor.close();
  await visit.shows("[data-card=ordered]", "/status");
  await take("status-accepted");
  for (const state of ["mailed", "returned"]) {
    await stack.production(state, visit.person);
    await visit.shows(`[data-card=${state}]`, "/status");
    await take(`status-card-${state}`);
  }
}
