// Light, dark or as the system says. The choice is an ordinary form that posts to the server, which keeps it with the
// person and in a cookie; here it only shows at once.
export function startTheme(root) {
  for (const form of document.querySelectorAll("form[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const theme = event.submitter.value;
      root.dataset.theme = theme;
      for (const button of document.querySelectorAll("form[data-theme-form] button")) {
        button.setAttribute("aria-pressed", String(button.value === theme));
      }
      const body = new FormData(form);
      body.set("theme", theme);
      fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {
        document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
      });
    });
  }
}
