// What holds a card, and what happens to one that is on its way. The stack of these journeys calls a card late at once.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { letter } from "../lib/invited.mjs";
import { how, journey } from "../lib/journey.mjs";

const subject = {
  held: { en: /not ordered yet/, fr: /pas encore commandée/ },
  accepted: { en: /: accepted$/, fr: /: acceptée$/ },
  message: { en: /^Message from our office for /, fr: /^Message de notre bureau pour / },
  returned: { en: /came back to us/, fr: /nous est revenue/ },
};

// words are what an applicant and an officer write to each other.
const words = {
  en: { wrong: "My given name is Zoë, with two dots.", corrected: "Your name is right now.",
    where: "345 New Road, Ottawa ON K1A 0B1, from Monday", kept: "The mailbox has no name on it.", found: "We have it sent on." },
  fr: { wrong: "Mon prénom est Zoë, avec un tréma.", corrected: "Votre nom est exact maintenant.",
    where: "345, rue Neuve, Ottawa ON K1A 0B1, dès lundi", kept: "Mon nom n’est pas sur la boîte.", found: "Nous la faisons suivre." },
};

// card waits until the status page shows that the card is in that state.
async function card(applicant, state) {
  await applicant.until("accepted");
  await applicant.shows(`[data-card=${state}]`, "/status");
  await applicant.at("status", "accepted");
}

// read opens the messages by the link in the newest e-mail that says there is one, and finds the words there.
async function read(applicant, count, text) {
  const { stack, person } = applicant;
  const message = await letter(stack, person, subject.message[person.language], count);
  assert.equal(message.language, person.language);
  assert.ok(!message.text.includes(text), "what it says stands in the portal alone");
  await applicant.go("/messages");
  await applicant.at("messages");
  assert.ok((await applicant.page.locator("[data-message].is-new").innerText()).includes(text));
}

export default function (system) {
  for (const [device, language, script] of [["phone", "fr", true], ["desktop", "en", false]]) {
    const say = words[language];
    const begin = async (j) => {
      const person = await j.person({ givenNames: "Zoe", language });
      const applicant = await j.applicant(person, { device, script, language: `${language}-CA` });
      await applicant.upload(file("good.jpg"));
      await applicant.verdict();
      return { person, applicant };
    };

    journey(system, `A4, A9: wrong details hold the card until the office lets it go, ${how(device, language, script)}`, async (j) => {
      const { person, applicant } = await begin(j);
      const { page } = applicant;
      await applicant.toSubmit();
      await page.click("#details-wrong");
      await applicant.at("details");
      await page.click("#save");
      await applicant.at("details");
      assert.equal(await applicant.problem(), "details_missing");
      await page.fill("#details", say.wrong);
      await applicant.sendTooLate("#save", "lost_form", "details");
      await page.fill("#details", say.wrong);
      await page.click("#save");
      await applicant.at("submit");
      await page.locator("#details-held").waitFor();
      await page.click("#details-right"); // after all
      await applicant.at("submit");
      await page.click("#details-wrong"); // or not
      await applicant.at("details");
      await page.fill("#details", say.wrong);
      await page.click("#save");
      await applicant.at("submit");
      await applicant.confirm();
      await applicant.at("status", "in_review");

      const officer = await j.officer();
      await officer.review(person);
      await officer.accept();
      await card(applicant, "held");
      const held = await letter(j.stack, person, subject.held[language]);
      assert.match(held.text, /photo (is accepted|est acceptée)/);
      assert.equal(await page.locator("#moved-note").count(), 0, "nothing is on its way");

      const facts = await officer.task("wrong_details", person);
      for (const fact of [say.wrong, person.clientID, person.email]) assert.ok(facts.includes(fact), `${fact} in ${facts}`);
      assert.deepEqual(await officer.choices(), ["release_card"], "what holds something is ended by letting it go");
      Object.assign(person, { givenNames: "Zoë", name: person.name.replace("Zoe", "Zoë") });
      await j.stack.takeIn([person], { invite: false }); // corrected upstream
      await officer.finish("release_card", { reason: "Corrected upstream.", message: say.corrected });
      await card(applicant, "ordered");
      assert.ok((await page.locator(".whose").innerText()).includes(person.name), "the name is the corrected one");
      await page.locator("#card-address").waitFor();
      await letter(j.stack, person, subject.accepted[language]);
      await read(applicant, 1, say.corrected);
    });

    journey(system, `A9: the office hears of who has moved, and of a card that has not come or came back, ${how(device, language, script)}`, async (j) => {
      const { person, applicant } = await begin(j);
      const { page } = applicant;
      await applicant.submit();
      const officer = await j.officer();
      await officer.review(person);
      await officer.accept();
      await card(applicant, "ordered");

      await page.click("#moved summary");
      await page.click("#moved-send");
      await applicant.at("status");
      assert.equal(await applicant.problem(), "moved_empty");
      await page.fill("#moved-note", say.where);
      await applicant.sendTooLate("#moved-send", "lost_card", "status", "accepted");
      await page.click("#moved summary");
      await page.fill("#moved-note", say.where);
      await page.click("#moved-send");
      await page.locator("[data-told=moved]").waitFor();
      await applicant.at("status", "accepted");
      const moved = await officer.task("moved", person);
      for (const fact of [say.where, person.email, "12 MAIN STREET"]) assert.ok(moved.includes(fact), `${fact} in ${moved}`);
      await officer.finish("done", { reason: "Production sends it on.", message: say.found });
      await read(applicant, 1, say.found);
      await applicant.go("/status");
      await applicant.at("status", "accepted");
      assert.equal(await page.locator("[data-told=moved]").count(), 0, "something more can be told");

      await j.stack.production("mailed", person);
      await card(applicant, "mailed");
      await applicant.shows("#not_come summary", "/status"); // late
      await page.click("#not_come summary");
      await page.fill("#not-come-note", say.kept);
      await page.click("#not-come-send");
      await page.locator("[data-told=not_come]").waitFor();
      await applicant.at("status", "accepted");
      const missing = await officer.task("not_come", person);
      for (const fact of [say.kept, say.where]) assert.ok(missing.includes(fact), `${fact} in ${missing}`);

      await j.stack.production("returned", person);
      await card(applicant, "returned");
      await letter(j.stack, person, subject.returned[language]);
      assert.equal(await page.locator("#not_come").count(), 0, "where it is, is known");
      await page.locator("#moved-note").waitFor(); // asked for at once
      await officer.task("not_come", person);
      await officer.finish("done", { reason: "It came back to us." });
      await officer.task("card_returned", person);
      assert.deepEqual(await officer.choices(), ["done"]);
      await officer.finish("done", { reason: "We have phoned.", message: say.corrected });
      await j.stack.production("mailed", person); // again
      await card(applicant, "mailed");
      await read(applicant, 2, say.corrected);
    });
  }
}
