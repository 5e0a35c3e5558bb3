// A good portrait on its whole way: applicant, checks, officer, and back to the applicant.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bin, file, repository } from "../lib/folders.mjs";
import { mail, onPage } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";
import { once } from "../lib/processes.mjs";

// A verdict comes within two seconds on an idle machine; this one may be busy.
const patience = 5000;

// londonPortrait finds a labelled portrait that has a crop which can be printed.
async function londonPortrait() {
  const folder = join(process.env.PHOTOS, "london_faces", "direct_studio_neutral");
  for (const name of readdirSync(folder).filter((n) => n.endsWith(".jpg")).sort()) {
    const path = join(folder, name);
    const said = await once(join(bin, "validator"), ["check", "-json", "-models", join(repository, "models"), path],
      { allow: [0, 1] });
    const report = JSON.parse(said);
    if (report.crop !== null && report.decision !== "return") return path;
  }
  throw new Error(`no photo of ${folder} has a crop`);
}

export default function (system) {
  const photos = [["a portrait from the US government", "phone", async () => file("good.jpg")]];
  if (process.env.PHOTOS) photos.push(["a London portrait", "desktop", londonPortrait]);
  else photos.push(["a portrait from the US government", "desktop", async () => file("good.jpg")]);

  for (const [what, device, find] of photos) {
    journey(system, `${what} is accepted, ${device}`, async (j) => {
      const person = await j.person();
      const applicant = await j.applicant(person, { device });
      await applicant.at("photo", "open");
      const taken = await applicant.upload(await find());
      const verdict = await applicant.verdict();
      console.log(`${system.stack.kind}: verdict shown ${verdict.seen - taken} ms after the upload`);
      assert.ok(verdict.seen - taken < patience, `the verdict took ${verdict.seen - taken} ms`);
      assert.match(verdict.decision, /^(pass|review)$/);
      await applicant.drawn();
      await applicant.submit();
      await applicant.at("status", "in_review");

      const officer = await j.officer();
      await officer.review(person);
      await officer.overlayToggles();
      await officer.accept();

      await applicant.until("accepted");
      await applicant.at("status", "accepted");
      const letter = await mail(j.stack, person);
      assert.equal(letter.subject, `Photo of ${person.name}: accepted`);
      assert.ok(letter.text.includes(`${j.stack.ready.portal}/status?lang=en`), letter.text);
      const page = await onPage(j.stack, applicant.visitor, letter);
      assert.match(await page.locator("h1").textContent(), /accepted/);
    });
  }

  journey(system, "ready.json tells where everything is, and who can sign in", async (j) => {
    const { ready, folder } = j.stack;
    assert.equal(statSync(join(folder, "ready.json")).mode & 0o777, 0o600, "it holds passwords");
    for (const address of Object.values(ready.metrics)) {
      const answer = await fetch(address);
      assert.equal(answer.status, 200, address);
      assert.match(await answer.text(), /^prportal_/m, address);
    }
    for (const address of [ready.portal, ready.officer, ready.inbox]) assert.equal((await fetch(address)).status, 200, address);
    const applicant = await j.applicant(j.stack.signIn("applicant"), { device: "desktop" });
    await applicant.at("photo", "open");
    const officer = await j.officer();
    await officer.page.locator(".who", { hasText: j.stack.signIn("officer").username }).waitFor();
  });
}
