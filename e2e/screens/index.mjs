// Makes the pictures of docs/screens on a fresh system: node screens.mjs. Photos are shown in coarse squares, since pictures
// of people are not ours to give; what is drawn over them stays sharp.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Applicant } from "./lib/applicant.mjs";
import { startBrowser } from "./lib/browser.mjs";
import { file, repository } from "./lib/folders.mjs";
import { mail, onPage } from "./lib/inbox.mjs";
import { Invited, family, letter, linkIn, subjects } from "./lib/invited.mjs";
import { Officer } from "./lib/officer.mjs";
import { Stack } from "./lib/stack.mjs";

const folder = join(repository, "docs", "screens");
const largest = 240_000; // bytes
const desktop = { width: 1180, height: 820 };
const taken = []; // for the index
const inFrench = ["invitation-use", "tasks", "address-problem", "verdict", "submit", "status"];

// walk takes the pages of an invited person on a phone, from the e-mail on.
async function walk(stack, browser, language) {
  const { parent } = await family(stack, language);
  const visit = await Invited.come(stack, browser, parent, { device: "phone" });
  const { page } = visit;
  const all = language === "en"; // of French a handful is kept
  const take = async (name) => {
    if (all || inFrench.includes(name)) await shoot(page, `phone-${language}-${name}`, undefined, true);
  };
  const save = async (name) => {
    await take(name);
    await page.click("#save");
  };
  const invitation = await letter(stack, parent, subjects[language].invitation);
  await page.goto(linkIn(invitation, "/invitation/"));
  await take("invitation-birth-date");
  await visit.birthDate();
  await page.click("#continue");
  await visit.at("invitation-use");
  await take("invitation-use");
  await page.click("#use-yes");
  await visit.at("invitation-email");
  await take("invitation-email");
  await page.click("#email-right");
  await visit.at("invitation-list");
  await take("invitation-list");
  await page.click("#list-right");
  await visit.at("invitation-done");
  await take("invitation-done");
  await visit.begin(() => take("first-sign-in"));
  await take("tasks");
  await visit.open("declaration");
  await visit.at("declaration");
  await page.check("#answer-no");
  await save("declaration");
  await visit.at("not-in-canada");
  await take("not-in-canada");
  await visit.go("/declaration");
  await page.check("#answer");
  await page.click("#save");
  await visit.at("tasks");
  await visit.open("home");
  await visit.at("address");
  await save("address");
  await visit.at("address");
  await take("address-problem");
  for (const [field, value] of [["#street", "12, rue Saint-Denis"], ["#city", "Montréal"], ["#postal_code", "h2x3k2"]]) await page.fill(field, value);
  await page.selectOption("#province", "QC");
  await page.click("#save");
  await page.locator("#same").waitFor();
  await page.check("#same");
  await save("address-postal");
  await visit.at("tasks");
  await visit.go("/proof");
  await take("proof");
  await page.click("#ask-proof");
  await page.locator("#proof-download").waitFor();
  await take("proof-ready");
  await visit.go("/photo");
  await take("photo");
  await visit.upload(file("dark.jpg"));
  await visit.verdict();
  await visit.upload(file("good.jpg"));
  await visit.verdict();
  await take("verdict");
  await page.click("#adjust-crop");
  await visit.at("crop");
  await take("crop");
  await visit.go("/submit");
  await take("submit");
  await page.check("#declared");
  await page.click("#submit");
  await visit.at("confirmation");
  await take("confirmation");
  for (const path of ["status", "messages", "account", "account/password", "help", "privacy", "accessibility", "about", "requirements"]) {
    await visit.go(`/${path}`);
    await visit.at();
    await take(path.replace("/", "-"));
  }
  return parent;
}

// index lists all pictures.
function index() {
  writeFileSync(join(folder, "README.md"), `# Pictures of the pages

Made by \`make screens\` on a fresh system. Photos of people are shown in coarse squares.

| page | picture |
|---|---|
${taken.map((picture) => {
  const words = picture.replace(/\.\w+$/, "").replaceAll("-", " ");
  return `| ${words} | ![${words}](${picture}) |`;
}).join("\n")}
`);
}

async function shoot(page, name, size, whole = false) {
  if (size) await page.setViewportSize(size);
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => {
    for (const photo of document.querySelectorAll("main img")) {
      if (photo.clientWidth === 0 || photo.naturalWidth === 0) continue;
      const squares = document.createElement("canvas");
      squares.width = 26;
      squares.height = Math.round((26 * photo.clientHeight) / photo.clientWidth);
      const pen = squares.getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(photo, 0, 0, squares.width, squares.height);
      Object.assign(squares.style, { position: "absolute", imageRendering: "pixelated", left: `${photo.offsetLeft}px`,
        top: `${photo.offsetTop}px`, width: `${photo.clientWidth}px`, height: `${photo.clientHeight}px` });
      photo.after(squares);
      photo.style.visibility = "hidden";
    }
    scrollTo(0, 0);
  });
  const picture = whole ? `${name}.jpg` : `${name}.png`; // whole pages are long
  const path = join(folder, picture);
  await page.screenshot({ path, animations: "disabled", caret: "hide", fullPage: whole, scale: "css",
    ...(whole && { type: "jpeg", quality: 55 }) });
  taken.push(picture);
  const { size: bytes } = statSync(path);
  if (bytes > largest) throw new Error(`${path} has ${bytes} bytes, want ${largest} at most`);
  console.log(`${path}: ${Math.round(bytes / 1000)} kB`);
}

mkdirSync(folder, { recursive: true });
const stack = await Stack.begin("embedded");
const browser = await startBrowser();
try {
  const noor = await stack.person({ givenNames: "Noor", familyName: "Hassan-Roy", only: true });
  const visit = await Applicant.open(stack, browser, noor, { device: "desktop", signedIn: false });
  const { page } = visit;
  await visit.go("/");
  await shoot(page, "applicant-signin", desktop);
  await visit.signIn();
  await visit.at("tasks", "open");
  await visit.ready();
  await visit.at("photo", "open");
  await shoot(page, "applicant-photo", desktop);
  await visit.upload(file("dark.jpg"));
  await visit.verdict();
  await visit.drawn();
  await shoot(page, "applicant-verdict", { width: 1180, height: 1000 });
  await visit.toSubmit();
  await shoot(page, "applicant-submit", desktop);
  await visit.confirm();
  await visit.at("status", "returned");
  await shoot(page, "applicant-status", desktop);
  await onPage(stack, visit.visitor, await mail(stack, noor));
  await page.frameLocator("iframe").locator("body").waitFor();
  await shoot(page, "inbox", desktop);
  await visit.go("/photo");
  await visit.upload(file("good.jpg"));
  await visit.verdict();
  await visit.submit();

  for (const language of ["en", "fr"]) await walk(stack, browser, language);

  const officer = await Officer.open(stack, browser);
  await shoot(officer.page, "officer-queue", desktop);
  await officer.review(noor);
  await shoot(officer.page, "officer-case", { width: 1280, height: 1000 });
  await officer.page.goto(`${stack.ready.officer}/office`);
  await shoot(officer.page, "officer-office", desktop);
  index();
} finally {
  await browser.close();
  await stack.end();
}
