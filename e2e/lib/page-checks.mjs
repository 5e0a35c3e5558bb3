// What every page must meet, whoever made it: valid HTML, no violation of WCAG 2.1 A and AA that axe can see, nothing that
// axe can't tell and nobody has looked at, and no sideways scrolling at the width of a small phone, which is also that of 1280
// pixels at 400 %.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { settled } from "./axe-incomplete.mjs";
import { within } from "./wait.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const smallest = 320;

const validator = new HtmlValidate({
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // Matters of taste, which change nothing for a reader or a browser.
    "attribute-boolean-style": "off",
    "doctype-style": "off",
    "long-title": "off",
    "no-implicit-button-type": "off",
    "no-implicit-input-type": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    // What went wrong is told first, above the heading of the page.
    "heading-level": ["error", { minInitialRank: "h2" }],
    // Boxes of one question share its name.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button", "reset"] }],
    // All of a page comes from one origin, and what it loads is named by its hash.
    "require-sri": "off",
    // Without JavaScript, and only then, a page that waits for the check asks again by itself: see reloads.
    "meta-refresh": "off",
    // Firefox keeps the state of boxes over a reload unless told not to; that is no field to be filled in.
    "valid-autocomplete": "off",
    // A box that scrolls needs a name and the keyboard's focus; a <section> would be a landmark too many.
    "prefer-native-element": ["error", { exclude: ["region"] }],
  },
});

// Pages that differ in ids, numbers, times and the people of these journeys only are one page, and looked at once.
const seen = new Set();
function isNew(...parts) {
  const shape = parts.join(" ").replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{8,}\b|[0-9]+/g, "#");
  const key = createHash("sha256").update(shape).digest("hex");
  return !seen.has(key) && Boolean(seen.add(key));
}

// checkHTML lists what is wrong with a page as the server sent it; parts of pages, which scripts fetch, are no pages.
export function checkHTML(html) {
  if (!/^\s*<!doctype/i.test(html) || !isNew("html", html)) return [];
  return reloads(html).concat(validator.validateStringSync(html).results.flatMap((result) => result.messages)
    .map((m) => `HTML, line ${m.line}: ${m.message} (${m.ruleId})\n    ${html.split("\n")[m.line - 1]?.trim().slice(0, 160)}`));
}

// reloads finds a page that reloads itself although the browser runs scripts.
function reloads(html) {
  const withScript = html.replace(/<noscript>[^]*?<\/noscript>/g, "");
  return /http-equiv="?refresh/i.test(withScript) ? ["the page reloads itself outside of <noscript>"] : [];
}

// checkPage lists what is wrong with a page as the browser shows it. Without JavaScript there is no axe either; the same
// pages are looked at with it.
export async function checkPage(visitor, page) {
  if (!visitor.script || !isNew("page", page.viewportSize().width, await page.content())) return [];
  return [...await accessible(visitor, page), ...await fits(page)];
}

// accessible runs axe in a world of its own, which the page's content security policy does not reach.
async function accessible(visitor, page) {
  const session = await visitor.context.newCDPSession(page);
  try {
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId } = await session.send("Page.createIsolatedWorld",
      { frameId: frameTree.frame.id, worldName: "axe" });
    const run = async (expression) => {
      const { result, exceptionDetails } = await session.send("Runtime.evaluate",
        { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(`axe: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    await run(`${axe}; undefined`);
    const running = run(`axe.run(document, { iframes: false, resultTypes: ["violations", "incomplete"],
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } })
      .then(({ violations, incomplete }) => ({ violations, incomplete }))`);
    const found = await within(30_000, running, null);
    if (found === null) throw new Error(`axe gave no answer within 30 s on ${page.url()}`);
    const told = (what, rules) => rules.flatMap((v) => v.nodes.map((node) =>
      `axe ${what} ${v.id}: ${v.help}\n    ${node.target.join(" ")}\n    ${node.html.slice(0, 160)}\n    ${node.failureSummary}`));
    const doubtful = found.incomplete.map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !settled(rule.id, node)) }));
    return [...told("violation", found.violations), ...told("can't tell", doubtful)];
  } finally {
    await session.detach();
  }
}

async function fits(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: smallest, height: before.height });
  const wide = await page.evaluate(() => {
    const width = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
    const outside = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 321);
    return { width, outside: outside.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)) };
  });
  await page.setViewportSize(before);
  return wide.width > smallest ? [`at ${smallest} px the page is ${wide.width} px wide: ${wide.outside.join(" | ")}`] : [];
}
