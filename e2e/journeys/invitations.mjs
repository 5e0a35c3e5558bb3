// What becomes of an invitation that is not simply answered with yes: the office sees each on its list, and nobody waits for another.
import assert from "node:assert/strict";
import { everyMail } from "../lib/inbox.mjs";
import { household, letter, linkIn, members, subjects } from "../lib/invited.mjs";
import { journey } from "../lib/journey.mjs";

const silent = "A1, A2: nobody waits for who declines, is silent or can't be reached, phone, English, with JavaScript";
const notRight = "A1, A2: one address is said to be not right, a child's is corrected, desktop, French, without JavaScript";

const subject = {
  declined: { en: /how to finish without the portal/, fr: /comment terminer sans le portail/ },
  address: { en: /e-mail address was changed/, fr: /adresse courriel a été changée/ },
};

// includes finds every one of these words in what a page says.
function includes(page, ...words) {
  for (const word of words) assert.ok(page.includes(word), `${word} in ${page}`);
}

export default function (system) {
  journey(system, silent, async (j) => {
    const people = await household(j.stack, "en", { parent: members.parent, partner: members.partner,
      bounced: { givenNames: "Inès", birthDate: "1961-12-30", mailbox: "ines", host: "bounce.example" },
      silent: { givenNames: "Olof", birthDate: "1958-02-28", mailbox: "olof" } });
    const come = (person) => j.invited(person, { device: "phone" });
    const partner = await come(people.partner);
    await partner.enter();
    await partner.loseSession();
    await partner.page.click("#use-no");
    await partner.at("invitation-ended");
    await partner.again("invitation-use"); // nothing was answered
    await partner.decline();
    includes((await letter(j.stack, people.partner, subject.declined.en)).text, "help@");
    const officer = await j.officer();
    const bounced = await officer.task("bounced", people.bounced);
    includes(bounced, people.bounced.email, people.bounced.clientID, people.bounced.birthDate, people.bounced.application,
      people.parent.name, people.silent.name, "invitation came back");

    // All that are asked for is the word of who confirms.
    const parent = await come(people.parent);
    await parent.answer();
    const list = await parent.page.locator("main").innerText();
    includes(list, ...Object.values(people).map((p) => p.email));
    await parent.page.click("#list-right");
    await parent.at("invitation-done");
    await parent.begin();
    await parent.task("declaration", "incomplete");
    await letter(j.stack, people.silent, subjects.en.invitation);

    // Who declined may change their mind until the office has begun the other way.
    await partner.again("invitation-declined");
    await partner.page.click("#use-yes");
    await partner.at("invitation-email");
    await partner.again("invitation-declined"); // nothing was confirmed
    const declined = await officer.task("declined", people.partner);
    includes(declined, people.partner.email, people.partner.clientID, "declined");
    assert.deepEqual(await officer.choices(), ["done", "invite_again"]);
    await officer.finish("done", { reason: "Comes to our office on Monday." });
    await partner.page.reload();
    await partner.at("invitation-declined");
    assert.equal(await partner.page.locator("#use-yes").count(), 0, "the other way has begun");
    includes(await partner.page.locator("main").innerText(), "help@"); // whom to write to
    assert.ok(!(await partner.page.content()).includes("Monday"), "the officer's reason is for the office");

    // Inviting again to the same address comes back again; a corrected one brings the invitation, and nothing is left on the list.
    await officer.task("bounced", people.bounced);
    assert.deepEqual(await officer.choices(), ["invite_again", "done"]);
    await officer.finish("invite_again", { reason: "The mailbox was full." });
    await officer.task("bounced", people.bounced);
    people.bounced.email = people.bounced.email.replace("bounce.example", "people.example");
    await j.stack.takeIn(Object.values(people), { csv: true });
    const back = await come(people.bounced);
    await back.answer();
    await back.page.click("#continue");
    await back.at("invitation-done");
    await officer.page.goto(officer.taskAt);
    await officer.visitor.at(".panel.decided"); // settled itself
    await back.begin();
    const mails = await everyMail(j.stack, people.silent);
    assert.equal(mails.length, 1, "the silent one has the invitation and nothing else");
  });

  journey(system, notRight, async (j) => {
    const people = await household(j.stack, "fr", { ...members, aunt: { givenNames: "Zoé", birthDate: "1979-01-31", mailbox: "zoe" } });
    const come = (person) => j.invited(person, { device: "desktop", script: false });
    const aunt = await come(people.aunt);
    await aunt.enter();
    const old = aunt.invitation;

    const parent = await come(people.parent);
    await parent.answer();
    await parent.page.locator(".inv-list li", { hasText: people.aunt.name }).getByRole("link").click();
    await parent.at("invitation-member");
    await parent.page.click("#not-right");
    await parent.at("invitation-list");
    await parent.page.locator(".inv-list li[data-held]", { hasText: people.aunt.name }).waitFor();
    const mailbox = people.child.email;
    await parent.page.locator(".inv-list li", { hasText: people.child.name }).getByRole("link").click();
    await parent.at("invitation-member");
    await parent.page.fill("#email", "noe@nowhere"); // a browser lets it pass
    await parent.page.click("#save");
    await parent.at("invitation-member");
    assert.equal(await parent.problem(), "inv_email_wrong");
    people.child.email = people.child.email.replace("maya", "noe");
    await parent.page.fill("#email", people.child.email);
    await parent.page.click("#save");
    await parent.at("invitation-list");
    for (const email of [mailbox, people.child.email]) await letter(j.stack, { ...people.child, email }, subject.address.fr);
    await parent.page.click("#list-right");
    await parent.at("invitation-done");
    await parent.begin(); // waits for nobody

    // The partner, who is not asked, says so too: it is on the list once.
    const partner = await come(people.partner);
    await partner.answer();
    assert.ok(!(await partner.page.locator("main").innerText()).includes(people.aunt.email), "addresses are masked");
    assert.equal(await partner.page.locator(".inv-list li", { hasText: people.aunt.name }).getByRole("link").count(), 0);
    await partner.page.click("#continue");
    await partner.at("invitation-done");

    const child = await come(people.child);
    await child.answer(); // at the new address
    await child.page.click("#continue");
    await child.at("invitation-done");

    await aunt.page.click("#use-yes"); // in the middle of her answer
    await aunt.at("invitation-held");
    const officer = await j.officer({ script: false, language: "fr-CA" });
    const facts = await officer.task("not_right", people.aunt);
    includes(facts, people.aunt.email, people.aunt.clientID, people.parent.name);
    assert.deepEqual(await officer.choices(), ["release_invitation", "done"]);
    await officer.finish("release_invitation", { reason: "L’adresse est bonne : elle a répondu au téléphone." });
    await aunt.page.goto(old);
    await aunt.at("invitation-over"); // its e-mail may lie in another mailbox
    await aunt.answer(2);
    await aunt.page.click("#continue");
    await aunt.at("invitation-done");
    await aunt.begin();
    await aunt.task("declaration", "incomplete");
    assert.ok(linkIn(await letter(j.stack, people.aunt, subjects.fr.invitation, 2), "/invitation/") !== old);
  });
}
