// Bundles the front end into build/assets: one script and one style sheet per page kind, and the API docs' viewer.
// Every frontend/pages/*.js and *.css is an entry; a script must not import a style sheet of its own name.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = join(root, "frontend", "pages");
const output = join(root, "build", "assets");

async function entries() {
  const names = await readdir(pages).catch(() => []);
  return names.filter((name) => /\.(js|css)$/.test(name) && !name.endsWith(".test.js")).map((name) => join(pages, name));
}

// Django's manifest refuses a file that names a source map which is not there.
async function copyWithoutSourceMap(path) {
  const text = await readFile(path, "utf8");
  const withoutMap = text.replace(/^\/\/# sourceMappingURL=.*$|\/\*# sourceMappingURL=[^*]*\*\//gm, "");
  await writeFile(join(output, basename(path)), withoutMap);
}

// A kind of question or field is in the bundles because its file is there.
const everyKind = {
  name: "every kind",
  setup({ onLoad }) {
    onLoad({ filter: /workbench[/\\]question_kinds\.js$/ }, async ({ path }) => {
      const names = (await readdir(dirname(path))).filter((name) => /_(question|field)\.js$/.test(name)).sort();
      return { contents: names.map((name) => `import "./${name}";`).join("\n"), resolveDir: dirname(path) };
    });
  },
};

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
const entryPoints = await entries();
if (entryPoints.length > 0) {
  await build({
    entryPoints,
    plugins: [everyKind],
    outdir: output,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "linked",
    loader: { ".svg": "file", ".woff2": "file" },
    assetNames: "[name]",
    logLevel: "warning",
  });
}
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  await copyWithoutSourceMap(join(root, "node_modules", "swagger-ui-dist", name));
}
