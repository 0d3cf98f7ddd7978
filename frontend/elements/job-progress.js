import { OVER, describeJob } from "./job_words.js";

// <job-progress src="/api/v1/jobs/7/">: keeps the progress of a running job in step with the server, and reloads the
// page once when it is over if it says reload-when-over. What the server rendered inside stays if the API is out of reach.
class JobProgress extends HTMLElement {
  connectedCallback() {
    this.wait = 1000;
    this.timer = setTimeout(() => this.look(), this.wait);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    try {
      const response = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
      if (response.status === 403 || response.status === 404) return;
      if (response.ok && this.show(await response.json())) return;
    } catch {
      this.wait = Math.min(this.wait * 2, 30000); // out of reach: ask less and less often
    }
    if (this.isConnected) this.timer = setTimeout(() => this.look(), document.hidden ? 10000 : this.wait);
  }

  show(job) {
    const bar = this.querySelector("progress");
    if (bar) {
      if (job.total) {
        bar.max = job.total;
        bar.value = job.done;
      } else {
        bar.removeAttribute("value");
      }
      bar.hidden = OVER.has(job.state);
    }
    const text = this.querySelector("[data-text]");
    if (text) text.textContent = describeJob(job);
    this.dataset.state = job.state;
    this.dispatchEvent(new CustomEvent("job-change", { bubbles: true, detail: job }));
    if (!OVER.has(job.state)) return false;
    if (this.hasAttribute("reload-when-over")) location.reload();
    return true;
  }
}
customElements.define("job-progress", JobProgress);
