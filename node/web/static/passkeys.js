// Passkeys: asks the server what to ask the device, and sends the device's answer as a usual form.
// A button says what it wants: data-passkey="create" or "get", data-options="/address of options".
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const readable = (options) => {
  const known = (ones) => (ones || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = known(options.allowCredentials);
  return found;
};

const sendable = (made) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
};

const ask = async (form, button, said) => {
  const answer = await fetch(button.dataset.options, { method: "POST", body: new FormData(form) });
  const options = await answer.json();
  if (!answer.ok) {
    said.textContent = options.message;
    return;
  }
  const publicKey = readable(options);
  const made = button.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  form.elements.answer.value = sendable(made);
  form.submit();
};

for (const form of document.querySelectorAll("form.passkey")) {
  const button = form.querySelector("button");
  const said = form.querySelector("[role=status]");
  if (!window.PublicKeyCredential) {
    said.textContent = form.dataset.none;
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    said.textContent = "";
    button.disabled = true;
    ask(form, button, said)
      .catch(() => { said.textContent = form.dataset.failed; })
      .finally(() => { button.disabled = false; });
  });
}
