// Boxes that may be ticked without proof: a photo that would come back goes to an officer, and they stay for later attempts.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { how, journey } from "../lib/journey.mjs";

export default function (system) {
  for (const [device, language, script] of [["phone", "en", true], ["desktop", "fr", false]]) {
    journey(system, `A6: boxes turn a return into a review, and stay, ${how(device, language, script)}`, async (j) => {
      const person = await j.person({ language });
      const applicant = await j.applicant(person, { device, script, language: `${language}-CA` });
      const { page } = applicant;
      const ticked = () => page.locator("#boxes input:checked").evaluateAll((all) => all.map((e) => e.id).sort());
      const save = async () => {
        await page.click("#save-boxes");
        await page.locator("[data-notice=ticked]").waitFor();
        return (await applicant.verdict()).decision;
      };
      assert.deepEqual(await ticked(), [], "nothing is ticked by itself");
      await page.click(".more-boxes > summary");
      await page.check("#head-covering");
      await applicant.upload(file("blurred.jpg"));
      const blurred = await applicant.verdict();
      assert.equal(blurred.decision, "return", "a head covering blurs nothing");
      assert.ok(blurred.found.includes("blurred"), `told: ${blurred.found}`);
      assert.deepEqual(await ticked(), ["head-covering"]);
      await page.click("#to-boxes");
      await page.check("#small-child");
      assert.equal(await save(), "review");
      assert.deepEqual(await ticked(), ["head-covering", "small-child"]);
      await applicant.submit();
      await applicant.at("status", "in_review"); // no machine returns it

      const officer = await j.officer();
      await officer.review(person);
      assert.equal(await officer.page.locator("#ticked .line").count(), 2);
      assert.match(await officer.page.locator("#ticked .hint").innerText(), /sharp/i, "the officer sees what was lowered");
      await officer.giveBack({ reasons: ["blurred"], comment: "" });
      await applicant.until("returned");
      await applicant.at("status", "returned");
      await page.click("#to-boxes");
      await applicant.at("photo", "returned");
      assert.deepEqual(await ticked(), ["head-covering", "small-child"]);
      await applicant.upload(file("two-people.jpg"));
      assert.equal((await applicant.verdict()).decision, "review");
      await page.click("summary:has(+ form[action='/photo/boxes'])"); // it stands open only where it would help
      for (const box of ["#head-covering", "#small-child"]) await page.uncheck(box);
      assert.equal(await save(), "return");
      await page.check("#medical");
      await applicant.sendTooLate("#save-boxes", "lost_boxes", "photo", "checked");
      assert.equal((await applicant.verdict()).decision, "return", "the photo is still there");
      await page.check("#medical");
      assert.equal(await save(), "review");
      await applicant.submit();
      await applicant.at("status", "in_review");
      await officer.review(person);
      await officer.accept();
    });
  }
}
