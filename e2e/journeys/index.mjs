// All journeys on one stack, one after another: the officers' queue is one.
import { after, before, describe } from "node:test";
import { startBrowser } from "../lib/browser.mjs";
import { Stack } from "../lib/stack.mjs";
import accepted from "./accepted.mjs";
import badInput from "./bad-input.mjs";
import boxes from "./boxes.mjs";
import cards from "./cards.mjs";
import credentials from "./credentials.mjs";
import crop from "./crop.mjs";
import family from "./family.mjs";
import firefox from "./firefox.mjs";
import invitations from "./invitations.mjs";
import keyboard from "./keyboard.mjs";
import killed from "./killed.mjs";
import language from "./language.mjs";
import locks from "./locks.mjs";
import messages from "./messages.mjs";
import personAsked from "./person-asked.mjs";
import replaced from "./replaced.mjs";
import restart from "./restart.mjs";
import returned from "./returned.mjs";
import sessions from "./sessions.mjs";
import undo, { undoSeconds } from "./undo.mjs";
import withoutScript from "./without-script.mjs";

const everyday = [family, accepted, returned, personAsked, replaced, boxes, crop, locks, language, withoutScript, keyboard, sessions,
  badInput, killed];

// What does not go straight on. A card is late at once here.
const otherwise = [invitations, cards, messages, credentials];

function suite(kind, name, journeys, options) {
  describe(`${kind}: ${name}`, () => {
    const system = {};
    before(async () => {
      system.stack = await Stack.begin(kind, options);
      console.log(`${kind} stack ready after ${system.stack.startup} ms`);
      system.browser = await startBrowser();
    });
    after(async () => {
      await system.browser?.close();
      await system.stack?.end();
    });
    journeys.forEach((register) => register(system));
  });
}

// everything registers all journeys that this kind of stack can go.
export function everything(kind) {
  suite(kind, "from the sign-in to the card", everyday);
  suite(kind, "when it does not go straight on", otherwise, { cardWithin: "1s" });
  suite(kind, "with time to undo", [undo], { undo: `${undoSeconds}s` });
  if (kind === "embedded") suite(kind, "in Firefox", [firefox]);
  if (kind === "embedded") suite(kind, "stopped and started again", [restart]);
}
