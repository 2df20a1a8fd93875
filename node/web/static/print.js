// Buttons that print, and what is not to stay on a page that is left: without this script the
// buttons are not shown, and the browser keeps no copy all the same (no-store).
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
addEventListener("pagehide", () => {
  for (const part of document.querySelectorAll("[data-forget]")) part.remove();
});
