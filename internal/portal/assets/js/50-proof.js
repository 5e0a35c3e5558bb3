/* The page of the proof of status asks whether it is ready, and then shows it in the place of what it says now. */
(() => {
  "use strict";
  const began = Date.now();
  const part = () => document.querySelector("#proof[data-proof-poll]");
  const ask = async () => {
    const shown = part();
    if (!shown) return;
    try {
      const answer = await fetch(shown.dataset.proofPoll, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return location.reload();
      const now = answer.ok && (await answer.json());
      if (now && (now.part !== shown.dataset.part || String(now.slow) !== shown.dataset.slow)) {
        const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
        const fresh = page.ok && new DOMParser().parseFromString(await page.text(), "text/html").getElementById("proof");
        if (fresh && document.contains(shown)) {
          shown.replaceWith(document.adoptNode(fresh));
          const heading = fresh.querySelector("h2"), told = document.getElementById("announce");
          if (heading && told) told.textContent = heading.textContent;
        }
      }
    } catch (e) { /* the network is away: ask again */ }
    if (part()) setTimeout(ask, Date.now() - began > 60000 ? 5000 : 1000);
  };
  if (part()) setTimeout(ask, 700);
})();
