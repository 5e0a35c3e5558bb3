// The whole way of a family of three, from the approved application to the card in the mail. One of them never answers.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { everyMail } from "../lib/inbox.mjs";
import { family, letter, subjects } from "../lib/invited.mjs";
import { how, journey } from "../lib/journey.mjs";

// declare goes through declaration and addresses, with a session that ends in the middle of a form.
async function declare(who) {
  await who.task("photo", "cannot_start");
  await who.open("declaration");
  await who.at("declaration");
  await who.page.click("#save"); // nothing was answered
  await who.at("declaration");
  assert.equal(await who.problem(), "declaration_missing");
  await who.page.check("#answer");
  await who.page.click("#save");
  await who.at("tasks");
  await who.open("home");
  await who.at("address");
  await who.page.fill("#street", "12, rue Saint-Denis");
  await who.page.fill("#city", "Montréal");
  await who.page.selectOption("#province", "QC");
  await who.page.fill("#postal_code", "k1a0b1"); // of Ontario
  await who.page.click("#save");
  await who.at("address");
  assert.equal(await who.problem(), "address");
  assert.equal(await who.page.inputValue("#city"), "Montréal", "what was written stays");
  await who.page.fill("#postal_code", "h2x 3k2");
  await who.sendTooLate("#save", "lost_form", "address");
  await who.page.fill("#street", "12, rue Saint-Denis");
  await who.page.fill("#city", "Montréal");
  await who.page.selectOption("#province", "QC");
  await who.page.fill("#postal_code", "h2x3k2");
  await who.page.click("#save");
  await who.page.locator("#same").waitFor(); // the postal address follows by itself
  await who.at("address");
  await who.page.check("#same");
  await who.page.click("#save");
  await who.at("tasks");
  await who.task("photo", "incomplete");
}

// proof asks for the proof of status and downloads it.
async function proof(who) {
  await who.go("/proof");
  await who.at("proof");
  await who.page.click("#ask-proof");
  await who.page.locator("#proof-download").waitFor();
  await who.at("proof");
  const address = await who.page.locator("#proof-download").getAttribute("href");
  const answer = await who.visitor.context.request.get(who.stack.ready.portal + address);
  assert.equal(answer.headers()["content-type"], "application/pdf");
  assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
}

export default function (system) {
  for (const [device, language, script] of [["phone", "en", true], ["desktop", "fr", false]]) {
    journey(system, `A1 to A9: a family of three, one of them silent, ${how(device, language, script)}`, async (j) => {
      const people = await family(j.stack, language);
      const come = (person) => j.invited(person, { device, script });

      const parent = await come(people.parent);
      await parent.answer();
      assert.ok((await parent.page.locator("main").innerText()).includes(people.partner.email), "the principal sees addresses whole");
      await parent.page.click("#list-right");
      await parent.at("invitation-done");
      const child = await come(people.child);
      await child.answer();
      assert.ok(!(await child.page.locator("main").innerText()).includes(people.partner.email), "the others see them masked");
      await child.page.click("#continue");
      await child.at("invitation-done");
      await letter(j.stack, people.partner, subjects[language].invitation); // and no answer

      for (const who of [parent, child]) await who.begin();
      await declare(parent);
      await proof(parent);
      await parent.go("/photo");
      await parent.at("photo", "open");
      await parent.upload(file("dark.jpg"));
      assert.equal((await parent.verdict()).decision, "return");
      await parent.upload(file("good.jpg"));
      assert.match((await parent.verdict()).decision, /^(pass|review)$/);
      await parent.page.locator("#coaching").waitFor(); // what has become better
      await parent.toSubmit();
      await parent.page.click("#submit"); // not declared recent and unedited
      await parent.at("submit");
      assert.equal(await parent.problem(), "not_declared");
      await parent.confirm();
      assert.match(parent.reference, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
      await parent.at("status", "in_review");

      const officer = await j.officer();
      await officer.review(people.parent);
      await officer.accept();
      await parent.until("accepted");
      await parent.at("status", "accepted");
      await parent.page.locator("[data-card=ordered]").waitFor();
      assert.match(await parent.page.locator("#card-address").innerText(), /MONTRÉAL QC {1,2}H2X 3K2/);
      await j.stack.production("mailed", people.parent);
      await parent.shows("[data-card=mailed]", "/status");
      await parent.at("status", "accepted");

      await child.open("declaration");
      await child.at("declaration");
      assert.ok((await child.page.locator("legend").innerText()).includes("Noé"), "the child's pages are worded for a child");
      const mails = await everyMail(j.stack, people.partner);
      assert.equal(mails.length, 1, "the silent one has the invitation and nothing else");
      assert.ok((await everyMail(j.stack, people.parent)).every((m) => m.language === language || /invitation/.test(m.subject)));
    });
  }
}
