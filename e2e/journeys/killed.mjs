// A validator that dies with a photo in hand loses nothing: another one, or the next one, checks it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { file } from "../lib/folders.mjs";
import { journey } from "../lib/journey.mjs";
import { until } from "../lib/wait.mjs";

// fetched counts the photos that a validator has taken in hand since its start.
async function fetched(address) {
  const text = await (await fetch(address)).text();
  return Number(text.match(/^prportal_validation_stage_seconds_count\{stage="fetch"\} ([0-9]+)$/m)?.[1] ?? 0);
}

// validatorAt finds the validator's process by the address of its metrics.
function validatorAt(stack, metrics) {
  const address = new URL(metrics).host;
  const found = stack.validators().find((pid) =>
    readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`PRPORTAL_OPS_LISTEN=${address}`));
  assert.ok(found, `a validator has its metrics at ${address}`);
  return found;
}

export default function (system) {
  journey(system, "a validator is killed in the middle of a check, and the photo gets its verdict", async (j) => {
    const { stack } = j;
    const person = await j.person();
    const applicant = await j.applicant(person);
    const validators = Object.entries(stack.ready.metrics).filter(([name]) => name.startsWith("validator"));
    const before = new Map();
    for (const [name, address] of validators) before.set(name, await fetched(address));
    const release = stack.hold();
    try {
      await applicant.upload(file("good.jpg"));
      const [name, address] = await until("a validator has the photo in hand", async () => {
        for (const one of validators) if (await fetched(one[1]) > before.get(one[0])) return one;
      });
      process.kill(validatorAt(stack, address), "SIGKILL");
      console.log(`${stack.kind}: killed ${name}`);
    } finally {
      release();
    }
    const killed = Date.now();
    await applicant.page.locator("[data-decision]").waitFor({ timeout: 90_000 });
    console.log(`${stack.kind}: verdict shown ${Date.now() - killed} ms after the kill`);
    assert.match((await applicant.verdict()).decision, /^(pass|review)$/);
    await applicant.drawn();
    for (const [, at] of validators) await until(`${at} is there again`, () => fetched(at).then(() => true));
  });
}
