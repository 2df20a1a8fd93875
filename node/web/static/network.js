// The link to a network: which one is meant stands behind "#" and goes on from page to page in this
// browser. It is no secret. Without this script people copy the address.
"use strict";
const WHICH = /^#[a-z2-7]{52}(\.[a-z2-7]{16})?$/;
const KEPT = "verbund-network";
const keep = (text) => { try { sessionStorage.setItem(KEPT, text); } catch { /* not allowed */ } };
const kept = () => { try { return sessionStorage.getItem(KEPT) || ""; } catch { return ""; } };

if (WHICH.test(location.hash)) keep(location.href);
const link = kept();

// Where somebody lands who has no right here: on to the pages of their own group.
const go = document.querySelector("[data-network-go]");
if (go && link) {
  go.hidden = false;
  const field = go.querySelector("input");
  go.addEventListener("submit", (event) => {
    event.preventDefault();
    let text = field.value.trim(), to = null;
    if (!/^https?:\/\//i.test(text)) {
      const near = /^(\[|\d+\.\d+\.\d+\.\d+|localhost)|\.(local|onion|fritz\.box|lan)(:|\/|$)/i;
      text = (near.test(text) ? "http://" : "https://") + text;
    }
    try { to = new URL(text); } catch { /* shown below */ }
    const bad = !to || !/[.:]|^localhost$/.test(to.hostname);
    go.querySelector("[data-wrong]").hidden = !bad;
    field.toggleAttribute("aria-invalid", bad);
    if (bad) field.focus();
    else location.assign(`${to.origin}/networks/link${link.slice(link.indexOf("#"))}`);
  });
}

for (const input of document.querySelectorAll("[data-network-field] input[name=link]")) {
  if (!input.value && link) input.value = link;
  input.form.addEventListener("submit", () => {
    try { sessionStorage.removeItem(KEPT); } catch { /* not allowed */ }
  });
}

for (const part of document.querySelectorAll("[data-network-copy]")) {
  const there = document.getElementById(part.dataset.networkCopy);
  const button = part.querySelector("button");
  part.hidden = false;
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(there.textContent); } catch {
      getSelection().selectAllChildren(there);
      if (!document.execCommand("copy")) return;
    }
    button.textContent = button.dataset.said;
  });
}
