// Pictures of the sign-in and of its neighbours on a phone: what went wrong, and what was forgotten.
import { Applicant } from "../lib/applicant.mjs";
import { everyMail } from "../lib/inbox.mjs";
import { linkIn } from "../lib/invited.mjs";
import { until } from "../lib/wait.mjs";

export async function signIns(stack, browser, camera, language) {
  const [givenNames, familyName] = language === "en" ? ["Amara", "Diallo"] : ["Linh", "Pham"];
  const person = await stack.person({ givenNames, familyName, language, only: true });
  const visit = await Applicant.open(stack, browser, person, { device: "phone", language: `${language}-CA`, signedIn: false });
  const { page } = visit;
  const take = (name) => camera.take(page, `phone-${name}`, language);
  await visit.go("/sign-in");
  await visit.at("sign-in");
  await take("sign-in");
  await page.fill("#username", person.username);
  await page.fill("#password", "something else than it");
  await page.click("#sign-in");
  await page.locator("[data-problem]").waitFor();
  await take("sign-in-problem");
  await visit.go("/forgot-username");
  await take("forgot-username");
  await visit.go("/forgot-password");
  await take("forgot-password");
  await page.fill("#username", person.username);
  await page.click("#send");
  await page.locator("[data-sent]").waitFor();
  await take("forgot-password-sent");
  const link = await until("the e-mail with the link", async () => (await everyMail(stack, person)).find((m) => m.text.includes("/reset/")));
  await page.goto(linkIn(link, "/reset/"));
  await visit.at("reset");
  await take("reset");
  await page.fill("#new-password", "password");
  await page.click("#save-password");
  await page.locator("[data-problem]").waitFor();
  await take("reset-problem");
  await visit.go("/reset/of-nobody");
  await visit.at("reset-over");
  await take("reset-over");
  await visit.go("/no-such-page");
  await visit.at("message");
  await take("not-found");
  await visit.visitor.close();
}
