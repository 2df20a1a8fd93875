// Links between groups: the secret stands behind "#" and is sent to no machine by opening a page.
// It goes on from page to page in this browser alone. Without this script people copy the link.
"use strict";
const KEPT = "verbund-link";
const isLink = (text) => /^https?:\/\/[^#]+\/peer#[\w-]{40,}$/.test(text);
const keep = (text) => { try { sessionStorage.setItem(KEPT, text); } catch { /* not allowed */ } };
const kept = () => { try { return sessionStorage.getItem(KEPT) || ""; } catch { return ""; } };
const brought = () => {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
};

// Where somebody lands who scans the code: at the machine of the group that invites.
const go = document.querySelector("[data-peer-go]");
if (go) {
  const whole = location.href;
  if (isLink(whole)) go.hidden = false;
  else document.querySelector("[data-without-secret]").hidden = false;
  const field = go.querySelector("input");
  go.addEventListener("submit", (event) => {
    event.preventDefault();
    let text = field.value.trim(), to = null;
    if (!/^https?:\/\//i.test(text)) {
      const near = /^(\[|\d+\.\d+\.\d+\.\d+|localhost)|\.(local|onion|fritz\.box|lan)(:|\/|$)/i;
      text = (near.test(text) ? "http://" : "https://") + text;
    }
    try { to = new URL(text); } catch { /* shown below */ }
    const bad = !to || !to.hostname || !/[.:]|^localhost$/.test(to.hostname);
    const here = !bad && to.origin === location.origin;
    go.querySelector("[data-wrong]").hidden = !bad;
    go.querySelector("[data-here]").hidden = !here;
    field.toggleAttribute("aria-invalid", bad || here);
    if (bad || here) field.focus();
    else location.assign(`${to.origin}/peer/open#${encodeURIComponent(whole)}`);
  });
}

// At one's own machine: kept for this tab until somebody who may has signed in, then filled in.
const arrived = brought();
if (isLink(arrived) && !go) {
  keep(arrived);
  history.replaceState(null, "", location.pathname);
}
for (const note of document.querySelectorAll("[data-peer-kept]")) note.hidden = !isLink(kept());
for (const input of document.querySelectorAll("[data-peer-field] input[name=link]")) {
  if (!input.value && isLink(kept())) input.value = kept();
  input.form.addEventListener("submit", () => {
    try { sessionStorage.removeItem(KEPT); } catch { /* not allowed */ }
  });
}

for (const part of document.querySelectorAll("[data-peer-copy]")) {
  const there = document.getElementById(part.dataset.peerCopy);
  const input = part.querySelector("input"), text = there ? there.textContent : location.href;
  if (!isLink(text)) continue;
  part.hidden = false;
  if (input) { input.value = text; input.addEventListener("focus", () => input.select()); }
  const button = part.querySelector("button");
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(text); } catch {
      if (input) input.select(); else getSelection().selectAllChildren(there);
      if (!document.execCommand("copy")) return;
    }
    button.textContent = button.dataset.said;
  });
}
