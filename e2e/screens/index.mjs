// Makes the pictures of docs/screens on a fresh system: the desks on a large screen, and the whole journey on a phone.
import { Applicant } from "../lib/applicant.mjs";
import { startBrowser } from "../lib/browser.mjs";
import { file } from "../lib/folders.mjs";
import { mail, onPage } from "../lib/inbox.mjs";
import { Officer } from "../lib/officer.mjs";
import { Stack } from "../lib/stack.mjs";
import { Camera } from "./camera.mjs";
import { journey } from "./journey.mjs";
import { invitations } from "./invitations.mjs";
import { signIns } from "./signins.mjs";

const inFrench = new Set(["sign-in", "invitation-use", "invitation-list", "tasks-later", "address-problem", "proof-ready", "photo", "verdict-dark", "crop",
  "submit", "confirmation", "status-returned", "status-card-mailed", "account", "forgot-password-sent", "help"].map((page) => `phone-${page}`));
const window = { width: 1180, height: 820 };

// desktop takes the main pages of an applicant whose photo comes back, and the e-mail that says so. Another one then waits for an
// officer.
async function desktop(stack, browser, camera) {
  const noor = await stack.person({ givenNames: "Noor", familyName: "Hassan-Roy", only: true });
  const visit = await Applicant.open(stack, browser, noor, { device: "desktop", signedIn: false });
  const { page } = visit;
  const take = (name, size = window) => camera.take(page, `desktop-${name}`, "en", size);
  await visit.go("/");
  await take("sign-in");
  await visit.signIn();
  await visit.at("tasks", "open");
  await take("tasks");
  await visit.ready();
  await visit.at("photo", "open");
  await take("photo");
  await visit.upload(file("dark.jpg"));
  await visit.verdict();
  await visit.drawn();
  await take("verdict", { width: 1180, height: 1000 });
  await visit.toSubmit();
  await take("submit");
  await visit.confirm();
  await visit.at("status", "returned");
  await take("status");
  await onPage(stack, visit.visitor, await mail(stack, noor));
  await page.frameLocator("iframe").locator("body").waitFor();
  await take("inbox");
  await visit.go("/photo");
  await visit.upload(file("good.jpg"));
  await visit.verdict();
  await visit.submit();
  return noor;
}

// desk takes what an officer sees of photos: the queue, and that of the person.
async function desk(officer, camera, person) {
  await camera.take(officer.page, "officer-queue", "en", window);
  await officer.review(person);
  await camera.take(officer.page, "officer-case", "en", { width: 1280, height: 1000 });
}

// office takes what needs the office, once there is something.
async function office(officer, camera) {
  const { page, stack } = officer;
  await page.goto(`${stack.ready.officer}/office`);
  await officer.visitor.at("#tasks");
  await camera.take(page, "officer-office", "en", window);
  await page.locator("tr[data-kind=not_right] a").first().click();
  await officer.visitor.at("#office-form");
  await camera.take(page, "officer-office-task", "en", { width: 1280, height: 1000 });
}

const stack = await Stack.begin("embedded");
const browser = await startBrowser();
try {
  const camera = new Camera(inFrench);
  const noor = await desktop(stack, browser, camera);
  const officer = await Officer.open(stack, browser);
  await desk(officer, camera, noor);
  for (const language of ["en", "fr"]) {
    await invitations(stack, browser, camera, language);
    await journey(stack, browser, camera, language);
    await signIns(stack, browser, camera, language);
  }
  await office(officer, camera);
  console.log(`docs/screens: ${camera.index()} pages`);
} finally {
  await browser.close();
  await stack.end();
}
