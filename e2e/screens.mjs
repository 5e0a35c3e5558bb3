// Makes the pictures of docs/screens on a fresh system: node screens.mjs. Photos are shown in coarse squares, since pictures
// of people are not ours to give; what is drawn over them stays sharp.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Applicant } from "./lib/applicant.mjs";
import { startBrowser } from "./lib/browser.mjs";
import { file, repository } from "./lib/folders.mjs";
import { mail, onPage } from "./lib/inbox.mjs";
import { Officer } from "./lib/officer.mjs";
import { Stack } from "./lib/stack.mjs";

const folder = join(repository, "docs", "screens");
const largest = 200_000; // bytes
const desktop = { width: 1180, height: 820 };

async function shoot(page, name, size) {
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
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
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

  const officer = await Officer.open(stack, browser);
  await shoot(officer.page, "officer-queue", desktop);
  await officer.review(noor);
  await shoot(officer.page, "officer-case", { width: 1280, height: 1000 });
} finally {
  await browser.close();
  await stack.end();
}
