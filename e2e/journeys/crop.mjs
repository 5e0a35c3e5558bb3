// Which part of the photo is printed is for the applicant to choose; the chosen part is measured again.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { how, journey } from "../lib/journey.mjs";

export default function (system) {
  for (const [device, language, script] of [["desktop", "en", false], ["phone", "fr", true]]) {
    journey(system, `A6: another part of the photo is chosen with buttons, ${how(device, language, script)}`, async (j) => {
      const person = await j.person({ language });
      const applicant = await j.applicant(person, { device, script, language: `${language}-CA` });
      const { page } = applicant;
      const photo = () => page.locator("main").getAttribute("data-photo");
      const rect = () => page.locator("#crop-form input[type=hidden]:not([name=photo])")
        .evaluateAll((all) => all.map((e) => Number(e.value)));
      // press returns the part that is drawn after a button was pressed.
      const press = async (move, before) => {
        await page.click(`[name=move][value=${move}]`);
        await page.waitForFunction((was) => {
          const frame = document.querySelector("#crop-frame");
          return frame && ["x", "y", "width", "height"].some((name, i) => Number(frame.getAttribute(name)) !== was[i]);
        }, before);
        await applicant.at("crop");
        return rect();
      };
      await applicant.upload(file("good.jpg"));
      await applicant.verdict();
      const uploaded = await photo();
      await page.click("#adjust-crop");
      await applicant.at("crop");
      const ours = await rect();
      const down = await press("down", ours);
      assert.ok(down[1] > ours[1] && down[2] === ours[2], `${ours} moved down is ${down}`);
      const larger = await press("larger", down);
      assert.ok(larger[2] > down[2], `${down} made larger is ${larger}`);
      await page.locator("#crop-say[data-advice]").waitFor();
      await applicant.toggleLanguage(); // keeps the part without a script; with one the page begins anew
      await applicant.at("crop");
      await applicant.toggleLanguage();
      await applicant.at("crop");
      if (script) await press("larger", await rect());
      else assert.deepEqual(await rect(), larger);
      await page.click("#crop-save");
      await page.locator(`main:not([data-photo="${uploaded}"])`).waitFor({ state: "attached" });
      await applicant.verdict(); // of that part, whatever it is
      await applicant.drawn();

      await page.click("#adjust-crop");
      await applicant.at("crop");
      await press("reset", await rect());
      assert.deepEqual(await rect(), ours);
      const cropped = await photo();
      await page.click("#crop-save");
      await page.locator(`main:not([data-photo="${cropped}"])`).waitFor({ state: "attached" });
      assert.match((await applicant.verdict()).decision, /^(pass|review)$/);
      await applicant.submit();
      await applicant.at("status", "in_review");
      const officer = await j.officer();
      await officer.review(person);
      await officer.accept();
    });
  }
}
