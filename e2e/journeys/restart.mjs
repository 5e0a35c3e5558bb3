// Everything is kept when the whole system stops in the middle: the photo that waits, the session, the officer's turn.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { file } from "../lib/folders.mjs";
import { mail } from "../lib/inbox.mjs";
import { journey } from "../lib/journey.mjs";
import { Stack } from "../lib/stack.mjs";

export default function (system) {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    journey(system, `the system is stopped by ${signal} and started again`, async (j) => {
      const [waits, checked] = [await j.person(), await j.person()];
      const one = await j.applicant(waits);
      await one.upload(file("good.jpg"));
      await one.verdict();
      await one.submit();
      const other = await j.applicant(checked);
      await other.upload(file("dark.jpg"));
      await other.verdict();
      await other.submit();
      await other.at("status", "returned");
      await mail(j.stack, checked);

      await other.page.goto("about:blank"); // nobody asks while nobody is there
      await one.page.goto("about:blank");
      assert.equal(await system.stack.stop(signal), signal === "SIGTERM" ? 0 : signal);
      const ready = join(system.stack.folder, "ready.json");
      assert.equal(existsSync(ready), signal === "SIGKILL", "ready.json is gone after a clean stop");
      const { signins } = system.stack.ready;
      system.stack = await Stack.begin(system.stack.kind, { folder: system.stack.folder });
      assert.deepEqual(system.stack.ready.signins, signins, "the sign-ins are the same");
      for (const who of [j, one, other]) who.stack = system.stack;

      await other.go("/status");
      await other.at("status", "returned");
      assert.ok((await other.reasons()).includes("too_dark"));
      await mail(j.stack, checked); // still the one
      await one.go("/status");
      await one.at("status", "in_review");
      const officer = await j.officer();
      await officer.review(waits);
      await officer.accept();
      await one.until("accepted");
      await mail(j.stack, waits);
      await other.go("/photo");
      await other.upload(file("good.jpg"));
      assert.match((await other.verdict()).decision, /^(pass|review)$/, "photos are checked as before");
    });
  }
}
