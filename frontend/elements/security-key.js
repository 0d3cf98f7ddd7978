import { fromBytes, toBytes } from "./base64url.js";

// <security-key act="create|get" data="id of a JSON script">: asks the browser for a key when [data-press] is pressed,
// puts what it says into the form's field "credential" and sends the form. What went wrong is said in [data-problem].
class SecurityKey extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-press]");
    this.problem = this.querySelector("[data-problem]");
    this.button?.addEventListener("click", () => this.ask());
    // Enter in the key's name means the same as the button: the form alone has nothing to send
    this.querySelector("form")?.addEventListener("submit", (event) => {
      if (this.isAnswered) return;
      event.preventDefault();
      event.stopPropagation();
      this.ask();
    });
  }

  async ask() {
    this.problem.textContent = "";
    if (!window.PublicKeyCredential) {
      this.problem.textContent = "This browser or this address knows no security keys: they need https and a host name.";
      return;
    }
    this.button.disabled = true;
    try {
      const options = JSON.parse(document.getElementById(this.getAttribute("data")).textContent);
      const isNew = this.getAttribute("act") === "create";
      const credential = isNew ? await navigator.credentials.create(read(options)) : await navigator.credentials.get(read(options));
      this.querySelector("input[name=credential]").value = JSON.stringify(write(credential));
      this.isAnswered = true;
      this.querySelector("form").requestSubmit();
    } catch (error) {
      this.problem.textContent = inWords(error);
      this.button.disabled = false;
      this.button.focus();
    }
  }
}

const REASONS = {
  NotAllowedError: "No key answered, or you stopped. Press the button to try again.",
  InvalidStateError: "This key is added already. Use another one.",
  SecurityError: "Security keys do not work at this address: they need https and a host name.",
  NotSupportedError: "This key is of a kind that does not work here. Use another one.",
};

function inWords(error) {
  return REASONS[error.name] ?? `The key could not be used (${error.name}). Try again or use another one.`;
}

// The server's options with their bytes as bytes.
function read({ publicKey }) {
  const known = (list) => list?.map((entry) => ({ ...entry, id: toBytes(entry.id) }));
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
  if (publicKey.excludeCredentials) options.excludeCredentials = known(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) options.allowCredentials = known(publicKey.allowCredentials);
  return { publicKey: options };
}

// What the key said, as the server reads it.
function write(credential) {
  const { response } = credential;
  const said = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = fromBytes(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: fromBytes(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

customElements.define("security-key", SecurityKey);
