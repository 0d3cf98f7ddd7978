import { callBefore, completeCall } from "./mention.js";

// <mention-box src="/api/v1/tasks/7/mentionable/"><textarea>: after an @ it suggests who may see the task. Up and down
// choose, enter or tab takes, escape leaves. Without script one writes the name oneself.
let boxes = 0;

class MentionBox extends HTMLElement {
  #people = [];
  #chosen = 0;
  #asked = 0;

  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.list = Object.assign(document.createElement("ul"), { className: "mention-list", hidden: true, id: `mention-list-${(boxes += 1)}` });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "People");
    this.append(this.list);
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-controls", this.list.id);
    this.text.addEventListener("input", () => this.#look());
    this.text.addEventListener("click", () => this.#look());
    this.text.addEventListener("blur", () => this.#close());
    this.text.addEventListener("keydown", (event) => this.#press(event));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the box keeps the focus
      const item = event.target.closest("li");
      if (item) this.#take([...this.list.children].indexOf(item));
    });
  }

  async #look() {
    const call = callBefore(this.text.value, this.text.selectionStart);
    const asked = (this.#asked += 1);
    if (!call) return this.#close();
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (asked !== this.#asked) return; // the person has written on
    const people = await this.#fetch(call.begun);
    if (asked !== this.#asked) return;
    this.#people = people;
    this.#chosen = 0;
    this.#draw();
  }

  async #fetch(begun) {
    try {
      const answer = await fetch(`${this.getAttribute("src")}?begun=${encodeURIComponent(begun)}`);
      return answer.ok ? (await answer.json()).people : [];
    } catch {
      return []; // offline: the name can be written out
    }
  }

  #draw() {
    this.list.replaceChildren(...this.#people.map((person, index) => this.#item(person, index)));
    this.list.hidden = this.#people.length === 0;
    if (this.list.hidden) this.text.removeAttribute("aria-activedescendant");
    else this.text.setAttribute("aria-activedescendant", `${this.list.id}-${this.#chosen}`);
  }

  #item({ name, handle }, index) {
    const item = Object.assign(document.createElement("li"), { id: `${this.list.id}-${index}` });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === this.#chosen));
    item.append(Object.assign(document.createElement("span"), { textContent: name }), Object.assign(document.createElement("span"), { textContent: `@${handle}`, className: "soft" }));
    return item;
  }

  #press(event) {
    if (this.list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.#chosen = (this.#chosen + moves[event.key] + this.#people.length) % this.#people.length;
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") this.#take(this.#chosen);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key in moves) this.#draw();
  }

  #take(index) {
    const { text, caret } = completeCall(this.text.value, this.text.selectionStart, this.#people[index].handle);
    this.text.value = text;
    this.text.setSelectionRange(caret, caret);
    this.#close();
  }

  #close() {
    this.#asked += 1;
    this.#people = [];
    this.#draw();
  }
}
customElements.define("mention-box", MentionBox);
