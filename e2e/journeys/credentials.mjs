// Forgotten and changed passwords, usernames and e-mail addresses.
import assert from "node:assert/strict";
import { everyMail } from "../lib/inbox.mjs";
import { credentialsIn, household, letter, linkIn, members, newPassword, subjects } from "../lib/invited.mjs";
import { how, journey } from "../lib/journey.mjs";

const subject = {
  reset: { en: /choose a new password/, fr: /choisissez un nouveau mot de passe/ },
  username: { en: /your username/, fr: /votre nom d’utilisateur/ },
  password: { en: /the password was changed/, fr: /le mot de passe a été changé/ },
  email: { en: /the e-mail address was changed/, fr: /l’adresse courriel a été changée/ },
};

// sentOf asks for something and returns what the page says of it, which is the same for everybody.
async function sentOf(visit, field, typed, what) {
  await visit.page.fill(field, typed);
  await visit.page.click("#send");
  await visit.page.locator(`[data-sent=${what}]`).waitFor();
  await visit.at();
  return visit.page.locator("main").innerText();
}

// over finds a sign-in ended by what was done in another.
async function over(visit) {
  await visit.go("/account");
  await visit.at("sign-in");
  assert.equal(await visit.problem(), "session_over");
}

// saved waits until the page of the account says what was saved.
async function saved(visit, what) {
  await visit.page.locator(`[data-problem=${what}]`).waitFor();
  await visit.at("account");
}

export default function (system) {
  for (const [device, language, script] of [["phone", "fr", true], ["desktop", "en", false]]) {
    const options = { device, script, language: `${language}-CA`, ready: false };

    // twice signs a person in with two browsers.
    const twice = async (j) => {
      const person = await j.person({ language });
      return { person, here: await j.applicant(person, options), there: await j.applicant(person, options) };
    };

    journey(system, `A3: a forgotten password is set anew by a link that works once, ${how(device, language, script)}`, async (j) => {
      const person = await j.person({ language });
      const elsewhere = await j.applicant(person, options);
      const visit = await j.applicant(person, { ...options, signedIn: false });
      const { page } = visit;
      await visit.go("/sign-in");
      await visit.at("sign-in");
      await page.click("a[href='/forgot-password']");
      await visit.at("forgot-password");
      await page.click("#send");
      await visit.at("forgot-password");
      assert.equal(await visit.problem(), "forgot_password_empty");
      const told = await sentOf(visit, "#username", person.username, "link");
      await visit.go("/forgot-password");
      assert.equal(await sentOf(visit, "#username", "nobody-at-all", "link"), told, "the page tells nobody who has an account");

      const link = linkIn(await letter(j.stack, person, subject.reset[language]), "/reset/");
      const scanner = await j.visitor();
      for (const method of ["HEAD", "GET", "GET"]) {
        const { request } = scanner.context;
        assert.ok((await request.fetch(link, { method })).status() < 500, `${method} by something that scans mail`);
      }
      await page.goto(link);
      await visit.at("reset");
      await page.fill("#new-password", "too short");
      await page.click("#save-password");
      await visit.at("reset");
      assert.equal(await visit.problem(), "pw_short");
      const old = person.password;
      person.password = newPassword();
      await page.fill("#new-password", person.password);
      await page.click("#save-password");
      await visit.at("sign-in");
      assert.equal(await visit.problem(), "reset_done");
      await letter(j.stack, person, subject.password[language]);
      await over(elsewhere);
      elsewhere.person = { ...person, password: old };
      await elsewhere.signIn();
      await elsewhere.at("sign-in");
      assert.equal(await elsewhere.problem(), "sign_in_wrong");
      await visit.signIn();
      await visit.at("tasks");

      await page.goto(link);
      await visit.at("reset-over");
      await page.click("#again");
      await visit.at("forgot-password");
    });

    journey(system, `A3: a forgotten username comes by e-mail, ${how(device, language, script)}`, async (j) => {
      const person = await j.person({ language });
      const visit = await j.applicant({ ...person, username: "not-known" }, { ...options, signedIn: false });
      const { page } = visit;
      await visit.go("/sign-in");
      await visit.at("sign-in");
      await page.click("a[href='/forgot-username']");
      await visit.at("forgot-username");
      await page.fill("#email", "not an address");
      await page.click("#send");
      await visit.at("forgot-username");
      assert.equal(await visit.problem(), "forgot_username_empty");
      const told = await sentOf(visit, "#email", person.email, "username");
      await visit.go("/forgot-username");
      assert.equal(await sentOf(visit, "#email", "nobody@people.example", "username"), told);
      const mail = await letter(j.stack, person, subject.username[language]);
      [visit.person.username] = mail.text.match(/\be2e-\w+/);
      await page.goto(linkIn(mail, "/sign-in"));
      await visit.at("sign-in");
      await visit.signIn();
      await visit.at("tasks");
      assert.equal(await page.locator("html").getAttribute("lang"), language);
    });

    journey(system, `A3: who has lost the temporary password sets one with the birth date, ${how(device, language, script)}`, async (j) => {
      const { parent } = await household(j.stack, language, { parent: members.parent });
      const visit = await j.invited(parent, options);
      const { page } = visit;
      await visit.enter();
      await page.click("#use-yes");
      await visit.at("invitation-email");
      await page.click("#email-right");
      await visit.at("invitation-done"); // alone on the application, with no list to look at
      const credentials = await letter(j.stack, parent, subjects[language].credentials);
      parent.username = credentialsIn(credentials, language).username;
      await visit.go("/forgot-password");
      await visit.at("forgot-password");
      await sentOf(visit, "#username", parent.username, "link");
      await page.goto(linkIn(await letter(j.stack, parent, subject.reset[language]), "/reset/"));
      await visit.at("reset");
      parent.password = newPassword();
      await page.fill("#new-password", parent.password);
      await page.click("#save-password");
      await visit.at("reset");
      assert.equal(await visit.problem(), "birth_date_missing");
      const { birthDate } = parent;
      parent.birthDate = "1990-05-15";
      await visit.birthDate();
      await page.fill("#new-password", parent.password);
      await page.click("#save-password");
      await visit.at("reset");
      assert.equal(await visit.problem(), "birth_date_wrong");
      parent.birthDate = birthDate;
      await visit.birthDate();
      await page.fill("#new-password", parent.password);
      await page.click("#save-password");
      await visit.at("sign-in");
      await visit.signIn();
      await visit.at("tasks");
    });

    journey(system, `A3: a changed password ends every other sign-in, ${how(device, language, script)}`, async (j) => {
      const { person, here, there } = await twice(j);
      const { page } = here;
      await here.go("/account");
      await here.at("account");
      await page.click("#change-password");
      await here.at("account-password");
      await page.fill("#password", "not the password");
      await page.fill("#new-password", newPassword());
      await page.click("#save-password");
      await here.at("account-password");
      assert.equal(await here.problem(), "current_wrong");
      await page.fill("#password", person.password);
      await page.fill("#new-password", person.username);
      await page.click("#save-password");
      await here.at("account-password");
      assert.match(await here.problem(), /^pw_/);
      await page.fill("#password", person.password);
      person.password = newPassword();
      await page.fill("#new-password", person.password);
      await page.click("#save-password");
      await saved(here, "password_saved");
      const mail = await letter(j.stack, person, subject.password[language]);
      assert.ok(!mail.text.includes(person.password));
      await over(there);
      await there.signIn();
      await there.at("account"); // where it was
    });

    journey(system, `A3: a changed e-mail address is told to the old and the new one, ${how(device, language, script)}`, async (j) => {
      const { person, here, there } = await twice(j);
      const { page } = here;
      const before = person.email, after = before.replace("@", ".new@");
      await here.go("/account");
      await here.at("account");
      await page.click("#change-email");
      await here.at("account-email");
      await page.fill("#email", "no address");
      await page.fill("#password", person.password);
      await page.click("#save-email");
      await here.at("account-email");
      assert.equal(await here.problem(), "email_wrong");
      await page.fill("#email", after);
      await page.fill("#password", person.password);
      await page.click("#save-email");
      await saved(here, "email_saved");
      assert.ok((await page.locator("main").innerText()).includes(after));
      const toOld = await letter(j.stack, person, subject.email[language]);
      assert.ok(!toOld.text.includes(after), "the old address may be a stranger's");
      const toNew = await letter(j.stack, { ...person, email: after }, subject.email[language]);
      await over(there);
      await page.goto(linkIn(toNew, "/account"));
      await here.at("account");

      // What is sent from then on goes to the new address alone.
      await there.go("/forgot-password");
      await sentOf(there, "#username", person.username, "link");
      await letter(j.stack, { ...person, email: after }, subject.reset[language]);
      assert.equal((await everyMail(j.stack, { email: before })).filter((m) => subject.reset[language].test(m.subject)).length, 0);
    });
  }
}
