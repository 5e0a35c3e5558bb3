// Takes pictures of pages for docs/screens, and lists them there. Photos are shown in coarse squares, since pictures of people are
// not ours to give; what is drawn over them stays sharp.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../lib/folders.mjs";

const folder = join(repository, "docs", "screens");
const largest = 240_000; // bytes
const columns = ["en", "fr"];

export class Camera {
  #rows = new Map(); // of the index: the pictures of a page by language

  // inFrench are the pages of which the French picture is kept too.
  constructor(inFrench) {
    this.inFrench = inFrench;
    mkdirSync(folder, { recursive: true });
    for (const old of readdirSync(folder)) rmSync(join(folder, old));
  }

  // take leaves NAME-LANGUAGE.jpg of the whole page, or, given a size of the window, NAME-LANGUAGE.png of what fits in it.
  async take(page, name, language, size) {
    if (language === "fr" && !this.inFrench.has(name)) return;
    if (size) await page.setViewportSize(size);
    await page.waitForLoadState("networkidle");
    const hide = await page.evaluateHandle(hidePhotos);
    const picture = `${name}-${language}.${size ? "png" : "jpg"}`;
    const path = join(folder, picture);
    await page.screenshot({ path, animations: "disabled", caret: "hide", fullPage: !size, scale: "css", ...(!size && { type: "jpeg", quality: 50 }) });
    await hide.evaluate((undo) => undo());
    const { size: bytes } = statSync(path);
    if (bytes > largest) throw new Error(`${path} has ${bytes} bytes, want ${largest} at most`);
    this.#rows.set(name, { ...this.#rows.get(name), [language]: picture });
  }

  // index lists all pictures.
  index() {
    const rows = [...this.#rows].map(([name, pictures]) => {
      const words = name.replaceAll("-", " ");
      return `| ${words} | ${columns.map((l) => (pictures[l] ? `![${words}, ${l}](${pictures[l]})` : "")).join(" | ")} |`;
    });
    writeFileSync(join(folder, "README.md"), `# Pictures of the pages

Made by \`make screens\` on a fresh system. Photos of people are shown in coarse squares. Pages of a phone have 390 pixels across.

| page | English | French |
|---|---|---|
${rows.join("\n")}
`);
    return this.#rows.size;
  }
}

// hidePhotos lays coarse squares over each photo, in the page, and returns what takes them away. They are so few that nobody can be
// recognised: a face is about seven across, whatever the size.
function hidePhotos() {
  const hidden = [];
  for (const photo of document.querySelectorAll("main img, main canvas")) {
    if (photo.clientWidth === 0 || (photo.naturalWidth ?? photo.width) === 0) continue;
    const squares = document.createElement("canvas");
    squares.width = 14;
    squares.height = Math.round((squares.width * photo.clientHeight) / photo.clientWidth);
    const pen = squares.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(photo, 0, 0, squares.width, squares.height);
    Object.assign(squares.style, { position: "absolute", imageRendering: "pixelated", left: `${photo.offsetLeft}px`,
      top: `${photo.offsetTop}px`, width: `${photo.clientWidth}px`, height: `${photo.clientHeight}px` });
    photo.after(squares);
    photo.style.visibility = "hidden";
    hidden.push({ photo, squares });
  }
  scrollTo(0, 0);
  return () => hidden.forEach(({ photo, squares }) => {
    squares.remove();
    photo.style.visibility = "";
  });
}
