// One journey is one test: whoever visits in it, applicants and officers, is seen out at its end, and what their browsers noted
// fails it. Of a journey that failed the last pages and the programs' logs are kept in output/failed.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { Applicant } from "./applicant.mjs";
import { Visitor } from "./browser.mjs";
import { output } from "./folders.mjs";
import { Invited } from "./invited.mjs";
import { Officer } from "./officer.mjs";

class Journey {
  constructor(system) {
    Object.assign(this, { system, stack: system.stack, visitors: [] });
  }

  // person is somebody new, with an account.
  async person(details) {
    return this.stack.person(details);
  }

  async applicant(person, options) {
    return Applicant.open(this.stack, this.system.browser, person, { ...options, opened: (v) => this.visitors.push(v) });
  }

  // invited is somebody who comes by invitation.
  async invited(person, options) {
    return Invited.come(this.stack, this.system.browser, person, { ...options, opened: (v) => this.visitors.push(v) });
  }

  async officer(options) {
    return Officer.open(this.stack, this.system.browser, { ...options, opened: (v) => this.visitors.push(v) });
  }

  async visitor(options) {
    return Visitor.open(this.system.browser, { ...options, opened: (v) => this.visitors.push(v) });
  }

  async keep(name) {
    const folder = join(output, "failed", `${this.stack.kind} ${name}`.replace(/[^\w.-]+/g, "-").slice(0, 100));
    mkdirSync(folder, { recursive: true });
    cpSync(join(this.stack.folder, "logs"), join(folder, "logs"), { recursive: true });
    for (const [i, visitor] of this.visitors.entries()) {
      for (const [j, page] of visitor.context.pages().entries()) {
        const path = join(folder, `${i + 1}-${j + 1}`);
        // As far as it goes: the journey's own error counts.
        await page.screenshot({ path: `${path}.png`, fullPage: true }).catch(() => {});
        writeFileSync(`${path}.html`, `<!-- ${page.url()} -->\n${await page.content().catch(String)}`);
      }
    }
  }

  async end() {
    const faults = [];
    for (const visitor of this.visitors) await visitor.close().catch((error) => faults.push(error.message));
    if (faults.length > 0) throw new Error(faults.join("\n"));
  }
}

// how says in the name of a journey what is used for it.
export const how = (device, language, script) =>
  `${device}, ${language === "fr" ? "French" : "English"}, ${script ? "with" : "without"} JavaScript`;

// journey registers one. system is filled in by the time it runs.
export function journey(system, name, travel) {
  it(name, { timeout: 240_000 }, async (t) => {
    const one = new Journey(system);
    try {
      await travel(one, t);
    } catch (error) {
      await one.keep(name);
      await one.end().catch((faults) => { error.message += `\n${faults.message}`; });
      throw error;
    }
    await one.end();
  });
}
