// A part of a page that is asked for again every few seconds: data-live="/address".
// Without this script the link beside it does the same.
"use strict";
for (const part of document.querySelectorAll("[data-live]")) {
  let shown = part.innerHTML.trim();
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.live, { credentials: "same-origin", cache: "no-store" })
      .catch(() => null);
    if (!answer) return;
    if (!answer.ok) { clearInterval(timer); return; }
    const text = (await answer.text()).trim();
    if (text !== shown) { shown = text; part.innerHTML = text; }
  };
  const timer = setInterval(look, 1000 * Number(part.dataset.seconds || 3));
}
