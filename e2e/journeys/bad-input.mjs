// What people, phones and attackers send: refused with a clear message and nothing stored, or stored and judged; never a 500.
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { file } from "../lib/folders.mjs";
import { journey } from "../lib/journey.mjs";

const refused = [
  ["heic.jpg", "not_jpeg_or_png"],
  ["document.jpg", "not_jpeg_or_png"],
  ["text.jpg", "not_jpeg_or_png"],
  ["no-pixel.png", "not_jpeg_or_png"],
  ["empty.jpg", "empty"],
  ["bomb.png", "too_many_pixels"],
  ["bomb.jpg", "too_many_pixels"],
  ["animated.png", "animated"],
];

// What is taken in, with the decision and the reason that must be told.
const judged = [
  ["half.jpg", /^return$/, "file_damaged"],
  ["cmyk.jpg", /^(pass|review)$/],
  ["deep.png", /^(pass|review)$/],
  ["sideways.jpg", /^(pass|review)$/],
  ["motion.jpg", /^(pass|review)$/],
  ["blurred.jpg", /^return$/, "blurred"],
  ["two-people.jpg", /^return$/, "not_one_face"],
];

const evilNames = [
  "../../../../etc/passwd", "..\\..\\boot.jpg", "a\"; filename=\"b.jpg", "<img src=x onerror=alert(1)>.jpg", "\u202egpj.exe",
  "x".repeat(400) + ".jpg", "null\u0000byte.jpg", "CON", "'; DROP TABLE photos; --.jpg", "%00%2e%2e%2f{{.}}${7*7}.jpg",
  "照片 é ☃.jpg",
];

export default function (system) {
  journey(system, "files that are no photo are refused, each with its own words, and the photo before stays", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    for (const [name, problem] of refused) {
      await applicant.upload(file(name));
      await applicant.refused(problem, name);
      assert.equal(await applicant.state(), "open", `${name}: nothing is stored`);
    }
    await applicant.upload(file("good.jpg"));
    const before = await applicant.verdict();
    await applicant.sayTooLarge(file("large.jpg"));
    const answer = await applicant.post("/photo", undefined, { photo: createReadStream(file("large.jpg")) });
    assert.equal(answer.status(), 413);
    assert.match(await answer.text(), /data-problem="too_large"/);
    await applicant.go("/photo");
    assert.equal((await applicant.verdict()).decision, before.decision);
  });

  journey(system, "photos of unusual make are taken in and judged", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    for (const [name, decision, reason] of judged) {
      await applicant.replace(file(name));
      const verdict = await applicant.verdict();
      assert.match(verdict.decision, decision, `${name}: ${verdict.reasons}`);
      if (reason) assert.ok(verdict.reasons.includes(reason), `${name} is told as ${verdict.reasons}`);
      if (name !== "half.jpg") await applicant.drawn();
    }
  });

  journey(system, "a file name full of tricks is not looked at", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    const buffer = readFileSync(file("good.jpg"));
    for (const name of evilNames) {
      const answer = await applicant.post("/photo", undefined, { photo: { name, mimeType: "image/jpeg", buffer } });
      assert.ok(answer.status() < 500, `${JSON.stringify(name)}: ${answer.status()}`);
      if (!answer.ok()) assert.match(await answer.text(), /data-problem="/); // a quote in the name breaks the form itself
    }
    await applicant.replace({ name: evilNames[3], mimeType: "text/html", buffer });
    const verdict = await applicant.verdict();
    assert.match(verdict.decision, /^(pass|review)$/);
    assert.ok(!(await applicant.page.content()).includes("onerror"), "the name is on no page");
  });

  journey(system, "forms that no page of ours sends are refused in words", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person, { device: "desktop" });
    const buffer = readFileSync(file("good.jpg"));
    const photo = { name: "a.jpg", mimeType: "image/jpeg", buffer };
    const cut = Buffer.from("--x\r\nContent-Disp");
    for (const [what, status, answer] of [
      ["no form", 400, await applicant.raw("/photo", "image/jpeg", buffer)],
      ["a form without its end", 400, await applicant.raw("/photo", "multipart/form-data; boundary=x", cut)],
      ["another field", 400, await applicant.post("/photo", undefined, { other: photo })],
      ["a submission of no photo with a note that is too long", 409, await applicant.post("/submit", { note: "a".repeat(1001) })],
      ["a form that is far too large", 409, await applicant.post("/submit", { note: "a".repeat(200_000) })],
    ]) {
      assert.equal(answer.status(), status, what);
      assert.match(await answer.text(), /data-problem="/, what);
    }
    const foreign = await applicant.visitor.context.request.post(`${j.stack.ready.portal}/submit`,
      { headers: { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" }, form: { photo: "x" } });
    assert.equal(foreign.status(), 403, "a form that another site sends");
  });
}
