// The main path once in another engine. Firefox is driven over WebDriver BiDi, hence by another library; what every page must meet
// is held in Chromium.
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";
import { file } from "../lib/folders.mjs";
import { journey } from "../lib/journey.mjs";

async function submitBy(page, selector) {
  await Promise.all([page.waitForNavigation(), page.locator(selector).click()]);
}

const at = (page, name) => page.waitForSelector(`body[data-page="${name}"]`);

export default function (system) {
  journey(system, "A10: from the sign-in to the submitted photo in Firefox", async (j) => {
    const person = await j.person();
    const browser = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(`${j.stack.ready.portal}/sign-in`);
      await page.locator("#username").fill(person.username);
      await page.locator("#password").fill(person.password);
      await submitBy(page, "#sign-in");
      await at(page, "tasks");
      await submitBy(page, "[data-task=declaration] a");
      await page.locator("#answer").click();
      await submitBy(page, "#save");
      await submitBy(page, "[data-task=home] a");
      for (const [field, value] of [["#street", "12 Main Street"], ["#city", "Ottawa"], ["#postal_code", "K1A 0B1"]]) {
        await page.locator(field).fill(value);
      }
      await page.select("#province", "ON");
      await submitBy(page, "#save");
      await page.locator("#same").click();
      await submitBy(page, "#save");
      await submitBy(page, "[data-task=photo] a");
      const chosen = await page.waitForSelector("#photo-file");
      await chosen.uploadFile(file("good.jpg"));
      await page.locator("#upload").click();
      await page.waitForSelector("[data-decision]");
      assert.match(await page.$eval("[data-decision]", (e) => e.dataset.decision), /^(pass|review)$/);
      assert.ok(await page.$$eval(".photo-evidence > svg.evidence path", (all) => all.length) > 0, "evidence is drawn on the photo");
      await submitBy(page, "#to-submit");
      await page.locator("#declared").click();
      await submitBy(page, "#submit");
      await at(page, "confirmation");
      assert.match(await page.$eval("[data-reference]", (e) => e.dataset.reference), /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    } finally {
      await browser.close();
    }
  });
}
