// Buttons that copy an address: data-copy="#id-of-the-element". Without this script they are not
// shown, and the address is marked and copied by hand.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.querySelector(button.dataset.copy).textContent.trim();
    await navigator.clipboard.writeText(text).then(() => { button.textContent = button.dataset.done; }, () => {});
  });
}
