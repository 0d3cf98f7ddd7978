// The API's documentation: Swagger UI, which its own script file brings along, over our schema.
const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  docExpansion: "none", // beyond about 130 calls at once Swagger UI stops drawing without a word
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  // "Try it out" acts as the signed-in person.
  requestInterceptor: (request) => {
    if (new URL(request.url, location.href).origin === location.origin) {
      request.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
    }
    return request;
  },
});

// Swagger UI has a dark theme of its own, chosen by a class.
const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const followTheme = () => {
  const chosen = root.dataset.theme;
  root.classList.toggle("dark-mode", chosen === "dark" || (chosen !== "light" && systemIsDark.matches));
};
followTheme();
systemIsDark.addEventListener("change", followTheme);
new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-theme"] });
