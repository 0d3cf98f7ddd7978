const PATIENCE_MS = 20_000;

/**
 * The one place that calls `fetch`. Replies are `{status, body, retryAfter}`; no network is status 0, never an exception.
 *
 * The page's own CSRF token is used, not the cookie's: it ends when somebody else signs in, so an answer kept here can never
 * go out under another person's name. When it is refused, `whoAmI` tells whether we are still the same person.
 */
export class Api {
  #checking = null;

  constructor({ root, csrfToken, whoAmI, fetch = (...given) => globalThis.fetch(...given) }) {
    Object.assign(this, { root, csrfToken, whoAmI, fetch });
  }

  get(path) {
    return this.#call("GET", path);
  }

  post(path, body = {}) {
    return this.#call("POST", path, body);
  }

  put(path, body) {
    return this.#call("PUT", path, body);
  }

  /** Send without waiting, for the moment the page goes away. */
  postAndForget(path, body) {
    this.#request("POST", path, body, { keepalive: true });
  }

  async #call(method, path, body) {
    const reply = await this.#request(method, path, body, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (reply.status !== 403) return reply;
    const now = await this.recheck();
    if (now.who === "unreachable") return { ...reply, status: 0 };
    if (now.who === "outsider") return reply; // signed in, but no longer let in: the refusal is meant
    if (now.who !== "same") return { ...reply, status: 401 };
    return this.#request(method, path, body, { signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** Find out who is signed in, once for all who ask meanwhile; go on with the new token if it is still us. */
  async recheck() {
    this.#checking ??= this.whoAmI().finally(() => (this.#checking = null));
    const now = await this.#checking;
    if (now.who === "same") this.csrfToken = now.csrfToken;
    return now;
  }

  async #request(method, path, body, options) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.csrfToken };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      const init = { method, headers, credentials: "same-origin", redirect: "manual", ...options };
      const response = await this.fetch(this.root + path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
      if (response.type === "opaqueredirect") return { status: 401, body: {}, retryAfter: 0 }; // sent to the sign-in page
      const retryAfter = Number(response.headers.get("Retry-After")) || 0;
      return { status: response.status, body: await bodyOf(response), retryAfter };
    } catch {
      return { status: 0, body: {}, retryAfter: 0 };
    }
  }
}

async function bodyOf(response) {
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  return isJson ? response.json() : {};
}

/**
 * Ask the server for this page again: who is signed in now, with which token? "same", "other" (and who), "nobody", "outsider"
 * (somebody who may not open this page) or "unreachable".
 */
export async function whoAmI(url, userId) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "manual" });
  } catch {
    return { who: "unreachable" };
  }
  if (response.status >= 500) return { who: "unreachable" };
  if (response.type === "opaqueredirect") return { who: "nobody" };
  if (!response.ok) return { who: "outsider" };
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const { user } = JSON.parse(page.getElementById("workbench-config").textContent);
  const csrfToken = page.querySelector("meta[name=csrf-token]").content;
  return { who: user.id === userId ? "same" : "other", csrfToken, name: user.name };
}
