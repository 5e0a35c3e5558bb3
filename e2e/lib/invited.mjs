// People who come by invitation, as everybody does who is no test: a family is taken in, and each member goes on from the e-mail.
import { randomInt, randomUUID } from "node:crypto";
import { Applicant } from "./applicant.mjs";
import { everyMail } from "./inbox.mjs";
import { until } from "./wait.mjs";

// household takes in an application in CSV. people are its members by any name, the principal first: each has given names, a
// birth date, and a mailbox, which several may share and which is at a host that takes mail unless told otherwise. A family name
// that is the only one of its stack can do without what tells families apart.
export async function household(stack, language, people, onlyName) {
  const unique = randomUUID().slice(0, 8);
  const familyName = onlyName ?? `Lindqvist ${unique}`;
  const members = {};
  for (const [i, [key, { givenNames, birthDate, mailbox, host = "people.example" }]] of Object.entries(people).entries()) {
    members[key] = { application: `E2E-${unique}`, clientID: `${randomInt(1000, 9999)}-${randomInt(1000, 9999)}-${unique}`, givenNames,
      familyName, birthDate, principal: i === 0, email: `${mailbox}-${onlyName?.toLowerCase() ?? unique}@${host}`, language,
      name: `${givenNames} ${familyName}` };
  }
  await stack.takeIn(Object.values(members), { csv: true });
  return members;
}

export const members = {
  parent: { givenNames: "Maya", birthDate: "1990-05-14", mailbox: "maya" },
  partner: { givenNames: "Étienne", birthDate: "1987-08-03", mailbox: "etienne" },
  child: { givenNames: "Noé", birthDate: `${new Date().getFullYear() - 5}-01-11`, mailbox: "maya" },
};

// family is a household of three: a parent who is the principal, a partner, and a small child who shares the parent's mailbox.
export const family = (stack, language, onlyName) => household(stack, language, members, onlyName);

// letter waits for the count-th e-mail about a person, told from others in the same mailbox by the name in its subject.
export async function letter(stack, person, what, count = 1) {
  return until(`${what} for ${person.name}`, async () => {
    const found = (await everyMail(stack, person)).filter((m) => m.subject.includes(person.name) && what.test(m.subject));
    return found.length >= count && found[0]; // the newest comes first
  });
}

export const subjects = {
  en: { invitation: /your invitation/, credentials: /sign in to the portal/ },
  fr: { invitation: /votre invitation/, credentials: /ouvrez une session dans le portail/ },
};

// linkIn is the address of a page of ours in the text of an e-mail.
export function linkIn(message, path) {
  const found = message.text.match(new RegExp(`https?://\\S*${path}\\S*`));
  if (!found) throw new Error(`no link to ${path} in: ${message.text}`);
  return found[0];
}

// credentialsIn are the username and the temporary password of the second e-mail.
export function credentialsIn(message, language) {
  const after = (label) => message.text.match(new RegExp(`${label}\\s*:\\s*(\\S+)`))?.[1];
  const [username, password] = (language === "fr" ? ["Nom d’utilisateur", "Mot de passe temporaire"] : ["Username", "Temporary password"]).map(after);
  if (!username || !password) throw new Error(`no credentials in: ${message.text}`);
  return { username, password };
}

// newPassword is one that somebody may choose.
export const newPassword = () => `quatre chevaux bleus ${randomUUID().slice(0, 6)}`;

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

  // enter opens the count-th invitation and gives the birth date, which leads to the page that is next.
  async enter(count, next = "invitation-use") {
    this.invitation = linkIn(await letter(this.stack, this.person, subjects[this.person.language].invitation, count), "/invitation/");
    await this.again(next);
  }

  // again opens the same link once more.
  async again(next) {
    await this.page.goto(this.invitation);
    await this.at("invitation-birth");
    await this.birthDate();
    await this.page.click("#continue");
    await this.at(next);
  }

  // answer opens the invitation, confirms one's own address, and goes as far as the list of all.
  async answer(count) {
    await this.enter(count);
    await this.sayYes();
  }

  async sayYes() {
    await this.page.click("#use-yes");
    await this.at("invitation-email");
    await this.page.click("#email-right");
    await this.at("invitation-list");
  }

  // decline says that one does not want to use the portal.
  async decline() {
    await this.page.click("#use-no");
    await this.at("invitation-decline");
    await this.page.click("#decline");
    await this.at("invitation-declined");
  }

  // begin signs in for the first time with what the second e-mail says, and sets a password; look is called in between.
  async begin(look = async () => {}) {
    const said = await letter(this.stack, this.person, subjects[this.person.language].credentials);
    Object.assign(this.person, credentialsIn(said, this.person.language));
    await this.go("/sign-in");
    await this.at("sign-in");
    await this.signIn();
    await this.at("first-sign-in");
    await look();
    await this.birthDate();
    this.person.password = newPassword();
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
