// The two ways in which the whole system runs: on embedded parts by standalone, and on Kafka, MinIO and PostgreSQL as
// deploy/compose.yaml says. A journey does not know on which it is.
import { randomInt, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, output, repository } from "./folders.mjs";
import { descendants, once, start } from "./processes.mjs";
import { until } from "./wait.mjs";

const kinds = {
  embedded(folder, undo, cardWithin) {
    return {
      program: join(bin, "standalone"),
      args: ["-demo", "-data", folder, "-undo", undo, "-samples", join(output, "files"),
        ...["listen", "officer", "inbox", "smtp", "portal-ops", "validator-ops"].flatMap((name) => [`-${name}`, "127.0.0.1:0"])],
      env: { PRPORTAL_CARD_WITHIN: cardWithin },
      database: () => `sqlite:${join(folder, "prportal.db")}`,
    };
  },
  services(folder, undo, cardWithin) {
    return {
      program: join(output, "bin", "stack"),
      args: ["-data", folder, "-compose", join(repository, "deploy", "compose.yaml"), "-bin", bin,
        "-models", join(repository, "models"), "-set", `PRPORTAL_UNDO_WINDOW=${undo}`, "-set", `PRPORTAL_CARD_WITHIN=${cardWithin}`],
      database: (ready) => ready.database,
    };
  },
};

export class Stack {
  // begin starts a stack on a folder of its own, or on that of a stack that was stopped.
  static async begin(kind, { undo = "0s", cardWithin = "168h", folder = mkdtempSync(join(tmpdir(), `prportal-e2e-${kind}-`)) } = {}) {
    const stack = new Stack();
    const how = kinds[kind](folder, undo, cardWithin);
    Object.assign(stack, { kind, folder, officers: new Map() });
    const begun = Date.now();
    const log = join(folder, "e2e.log");
    stack.process = start(how.program, how.args, { env: how.env, log });
    stack.ready = await until(`${kind} stack ready, see ${log}`, () => {
      if (stack.process.over) throw new Error(readFileSync(log, "utf8").slice(-2000));
      const ready = join(folder, "ready.json");
      return statSync(ready).mtimeMs >= begun && JSON.parse(readFileSync(ready, "utf8")); // not that of a stack that was killed
    }, { within: 120_000 });
    stack.startup = Date.now() - begun;
    stack.database = how.database(stack.ready);
    return stack;
  }

  signIn(role, number = 0) {
    return this.ready.signins.filter((s) => s.role === role)[number];
  }

  // person takes a new approved application in and gives the person an account with a password of their own, as an operator can;
  // the way by invitation is a journey of its own. What tells people apart is part of their names,
  // since officers see no more of them; a name that is the only one of its stack can do without.
  async person({ givenNames = "Noor", familyName = "Hassan-Roy", language = "en", only = false } = {}) {
    const unique = only ? givenNames.toLowerCase() : randomUUID().slice(0, 8);
    const name = only ? familyName : `${familyName} ${unique}`;
    const number = `${randomInt(1000, 9999)}-${randomInt(1000, 9999)}-${unique}`;
    const person = { username: `e2e-${unique}`, password: `long enough ${randomUUID()}`, email: `${unique}@people.example`,
      language, name: `${givenNames} ${name}`, application: `E2E-${unique}`, clientID: number, principal: true, givenNames,
      familyName: name, birthDate: "1990-02-03" };
    await this.takeIn([person], { invite: false });
    await once(join(bin, "portal"), ["applicant", "add", "-client-id", number, "-username", person.username],
      { env: { PRPORTAL_DATABASE_URL: this.database }, input: `${person.password}\n` });
    return person;
  }

  // takeIn hands rows of people in, as upstream does when an application is approved, and again when something of it has changed.
  async takeIn(people, { csv = false, invite = true } = {}) {
    const rows = people.map((p) => ({ application: p.application, client_id: p.clientID, given_names: p.givenNames,
      family_name: p.familyName, birth_date: p.birthDate, email: p.email, language: p.language, principal: p.principal }));
    const lines = csv ? [Object.keys(rows[0]), ...rows.map(Object.values)].map(String) : rows.map((r) => JSON.stringify(r));
    await once(join(bin, "ingest"), ["applications", `-invite=${invite}`, "-format", csv ? "csv" : "jsonl", "-"],
      { env: { PRPORTAL_DATABASE_URL: this.database }, input: lines.join("\r\n") });
  }

  // production says what the production of cards would of a person's card: "mailed" or "returned".
  async production(what, person) {
    await once(join(bin, "portal"), ["card", what, "-client-id", person.clientID], { env: { PRPORTAL_DATABASE_URL: this.database,
      PRPORTAL_KAFKA_BROKERS: this.ready.kafka ?? process.env.TESTENV_KAFKA } });
  }

  // validators are the processes that take photos in hand.
  validators() {
    return descendants(this.process.pid).filter((p) => p.program === "validator").map(({ pid }) => pid);
  }

  // hold stops all looking at photos until release is called: what the validators have in hand stays there.
  hold() {
    const held = this.validators().flatMap((pid) => descendants(pid)).map(({ pid }) => pid);
    if (held.length === 0) throw new Error("no validator has a child that looks at photos");
    held.forEach((pid) => process.kill(pid, "SIGSTOP"));
    return () => held.forEach((pid) => {
      try {
        process.kill(pid, "SIGCONT");
      } catch (error) {
        if (error.code !== "ESRCH") throw error; // it died with its validator
      }
    });
  }

  async stop(signal) {
    return this.process.stop(signal);
  }

  // end stops the stack and throws its data away.
  async end() {
    const status = await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
    if (status !== 0) throw new Error(`the ${this.kind} stack ended with ${status}`);
  }
}
