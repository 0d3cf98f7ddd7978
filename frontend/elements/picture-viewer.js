// A picture in a text is a link to itself; pressed, it opens large over the page, and Escape closes it again. The browser
// keeps the focus inside the dialog and gives it back to the link.
let dialog = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.picture");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, if that is meant
  event.preventDefault();
  dialog ??= build();
  show(link);
});

function show(link) {
  const small = link.querySelector("img");
  const [width, height] = [small.getAttribute("width"), small.getAttribute("height")]; // of the whole picture
  const large = Object.assign(new Image(width, height), { src: link.href, alt: small.alt });
  dialog.querySelector("h2").textContent = small.alt;
  dialog.lastElementChild.replaceChildren(large);
  dialog.showModal();
}

function build() {
  const made = document.createElement("dialog");
  made.className = "dialog picture-dialog";
  made.setAttribute("aria-labelledby", "picture-title");
  const header = Object.assign(document.createElement("div"), { className: "dialog-head" });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "button quiet small" });
  close.append(Object.assign(document.createElement("kbd"), { className: "key", textContent: "esc" }), " Close");
  close.addEventListener("click", () => made.close());
  header.append(Object.assign(document.createElement("h2"), { id: "picture-title", dir: "auto" }), close);
  made.append(header, document.createElement("div"));
  made.addEventListener("click", (event) => event.target === made && made.close()); // the shade around it
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation(); // this Escape was for the picture, not for what lies under it
    made.close();
  });
  document.body.append(made);
  return made;
}
