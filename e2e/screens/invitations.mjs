// Pictures of the answers to an invitation that end elsewhere than at the task list.
import { Invited, family, letter, linkIn, subjects } from "../lib/invited.mjs";

export async function invitations(stack, browser, camera, language) {
  const { parent, partner } = await family(stack, language, language === "en" ? "Okafor" : "Gagnon");
  const visit = await Invited.come(stack, browser, parent, { device: "phone" });
  const { page } = visit;
  const take = (name) => camera.take(page, `phone-${name}`, language);
  const enter = async (person, next) => {
    Object.assign(visit, { person });
    await visit.enter(1, next);
  };

  await page.goto(linkIn(await letter(stack, parent, subjects[language].invitation), "/invitation/"));
  await visit.at("invitation-birth");
  await page.fill("#birth-day", "31");
  await page.selectOption("#birth-month", "1");
  await page.fill("#birth-year", "1970");
  await page.click("#continue");
  await page.locator("[data-problem]").waitFor();
  await take("invitation-birth-date-problem");
  await enter(parent);
  await page.click("#use-yes");
  await visit.at("invitation-email");
  await page.click("#email-wrong");
  await visit.at("invitation-email-change");
  await take("invitation-email-change");
  await visit.go("/invitation/email");
  await page.click("#email-right");
  await visit.at("invitation-list");
  await page.locator(`a[href^='/invitation/list/']`).first().click();
  await visit.at("invitation-member");
  await take("invitation-member");
  await page.click("#not-right");
  await visit.at("invitation-list");
  await take("invitation-list-held");

  await enter(partner, "invitation-held"); // put in doubt just now: nothing can be answered until the office has looked
  await take("invitation-held");
  const alone = await family(stack, language, language === "en" ? "Haddad" : "Bouchard");
  await enter(alone.partner);
  await page.click("#use-no");
  await visit.at("invitation-decline");
  await take("invitation-decline");
  await page.click("#decline");
  await visit.at("invitation-declined");
  await take("invitation-declined");
  await visit.go("/invitation/of-nobody");
  await visit.at("invitation-over");
  await take("invitation-over");
  await visit.visitor.close();
}
