// A message from the office: an e-mail says that it is there, and the portal shows it.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { onPage } from "../lib/inbox.mjs";
import { letter, linkIn } from "../lib/invited.mjs";
import { how, journey } from "../lib/journey.mjs";

const ways = [
  ["phone", "en", true, /^Message from our office for /, "Please call us.\nWe are there until <b>five</b>."],
  ["desktop", "fr", false, /^Message de notre bureau pour /, "Appelez-nous.\nNous sommes là jusqu’à <b>cinq heures</b>."],
];

export default function (system) {
  for (const [device, language, script, subject, words] of ways) {
    journey(system, `A11: a message from the office comes by e-mail and stands in the portal, ${how(device, language, script)}`, async (j) => {
      const person = await j.person({ language });
      const applicant = await j.applicant(person, { device, script, language: `${language}-CA` });
      const { page } = applicant;
      await applicant.go("/messages");
      await applicant.at("messages");
      assert.equal(await page.locator("[data-message]").count(), 0);
      await applicant.go("/photo");
      await applicant.upload(file("good.jpg"));
      await applicant.verdict();
      await applicant.submit();

      const officer = await j.officer({ script });
      await officer.review(person);
      await officer.write(words);
      const told = await letter(j.stack, person, subject);
      assert.equal(told.language, language);
      const says = (line) => told.text.includes(line) || told.html.includes(line);
      assert.ok(!words.split("\n").some(says), "the e-mail does not say what the message is");
      await onPage(j.stack, applicant.visitor, told);

      // The link leads there, by way of signing in.
      await applicant.go("/");
      await applicant.at("tasks");
      assert.match(await page.locator(".unread a").innerText(), /message/);
      await applicant.loseSession();
      await page.goto(linkIn(told, "/messages"));
      await applicant.at("sign-in");
      await applicant.signIn();
      await applicant.at("messages");
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      assert.equal(await page.locator("[data-message].is-new .message-body").innerText(), words);
      await page.reload();
      await applicant.at("messages");
      assert.equal(await page.locator("[data-message]").count(), 1);
      assert.equal(await page.locator("[data-message].is-new, .unread").count(), 0, "it is read now");

      const read = officer.page.locator("#messages .words .hint", { hasText: "read " });
      await officer.page.reload();
      await officer.page.locator("#messages > summary").click();
      assert.ok(!/not read/.test(await read.innerText()), "the officer sees that it was read");
      await officer.accept();
      await applicant.until("accepted");
    });
  }
}
