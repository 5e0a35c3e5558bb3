// People who come by invitation, as everybody does who is no test: a family is taken in, and each member goes on from the e-mail.
import { randomInt, randomUUID } from "node:crypto";
import { join } from "node:path";
import { Applicant } from "./applicant.mjs";
import { bin } from "./folders.mjs";
import { everyMail } from "./inbox.mjs";
import { once } from "./processes.mjs";
import { until } from "./wait.mjs";

// family takes in an application of three in CSV: a parent who is the principal, a partner, and a small child who shares the
// parent's mailbox. A family name that is the only one of its stack can do without what tells families apart.
export async function family(stack, language, onlyName) {
  const unique = randomUUID().slice(0, 8);
  const familyName = onlyName ?? `Lindqvist ${unique}`;
  const number = () => `${randomInt(1000, 9999)}-${randomInt(1000, 9999)}-${unique}`;
  const member = (givenNames, mailbox, birthDate, principal) => ({ givenNames, familyName, birthDate, principal,
    clientID: number(), email: `${mailbox}-${onlyName?.toLowerCase() ?? unique}@people.example`, language, name: `${givenNames} ${familyName}` });
  const people = { parent: member("Maya", "maya", "1990-05-14", true), partner: member("Étienne", "etienne", "1987-08-03", false),
    child: member("Noé", "maya", `${new Date().getFullYear() - 5}-01-11`, false) };
  const rows = Object.values(people).map((p) => [`E2E-${unique}`, p.clientID, p.givenNames, p.familyName, p.birthDate, p.email, language,
    p.principal, "approved"].join(","));
  const csv = ["application,client_id,given_names,family_name,birth_date,email,language,principal,status", ...rows].join("\r\n");
  await once(join(bin, "ingest"), ["applications", "-format", "csv", "-"], { env: { PRPORTAL_DATABASE_URL: stack.database }, input: csv });
  return people;
}

// letter waits for an e-mail about a person, told from others in the same mailbox by the name in its subject.
export async function letter(stack, person, what) {
  return until(`${what} for ${person.name}`, async () => (await everyMail(stack, person))
    .find((m) => m.subject.includes(person.name) && what.test(m.subject)));
}

export const subjects = {
  en: { invitation: /your invitation/, credentials: /user ?name|sign in|account/i },
  fr: { invitation: /votre invitation/, credentials: /nom d’utilisateur|session|compte/i },
};

// linkIn is the address of a page of ours in the text of an e-mail.
export function linkIn(message, path) {
  const found = message.text.match(new RegExp(`https?://\\S*${path}\\S*`));
  if (!found) throw new Error(`no link to ${path} in: ${message.text}`);
  return found[0];
}

export class Invited extends Applicant {
  static async come(stack, browser, person, options) {
    const invited = await Applicant.open(stack, browser, person, { ...options, language: `${person.language}-CA`, signedIn: false });
    return Object.setPrototypeOf(invited, Invited.prototype);
  }

  async birthDate() {
    const [year, month, day] = this.person.birthDate.split("-").map(Number);
    await this.page.fill("#birth-day", String(day));
    await this.page.selectOption("#birth-month", String(month));
    await this.page.fill("#birth-year", String(year));
  }

  // answer opens the invitation, confirms one's own address, and goes as far as the list of all.
  async answer() {
    const invitation = await letter(this.stack, this.person, subjects[this.person.language].invitation);
    await this.page.goto(linkIn(invitation, "/invitation/"));
    await this.at("invitation-birth");
    await this.birthDate();
    await this.page.click("#continue");
    await this.at("invitation-use");
    await this.page.click("#use-yes");
    await this.at("invitation-email");
    await this.page.click("#email-right");
    await this.at("invitation-list");
  }

  // begin signs in for the first time with what the second e-mail says, and sets a password; look is called in between.
  async begin(look = async () => {}) {
    const said = await letter(this.stack, this.person, subjects[this.person.language].credentials);
    const after = (label) => said.text.match(new RegExp(`${label}\\s*:\\s*(\\S+)`))?.[1];
    const username = after(this.person.language === "fr" ? "Nom d’utilisateur" : "User ?name");
    const temporary = after(this.person.language === "fr" ? "Mot de passe temporaire" : "Temporary password");
    if (!username || !temporary) throw new Error(`no credentials in: ${said.text}`);
    Object.assign(this.person, { username, password: temporary });
    await this.go("/sign-in");
    await this.at("sign-in");
    await this.signIn();
    await this.at("first-sign-in");
    await look();
    await this.birthDate();
    this.person.password = `quatre chevaux bleus ${randomUUID().slice(0, 6)}`;
    await this.page.fill("#new-password", this.person.password);
    await this.page.click("#save-password");
    await this.at("tasks", "open");
  }

  async task(name, status) {
    return this.page.locator(`[data-task=${name}][data-status=${status}]`).waitFor();
  }

  async open(task) {
    await this.page.click(`[data-task=${task}] a`);
  }
}
