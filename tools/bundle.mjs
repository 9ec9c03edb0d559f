// Bundles the browser side from app/theme/src and node_modules into app/static/build.
// Writes manifest.json: the name that templates use → the file's name with a hash of its content.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join(root, "app/theme/src");
const modules = path.join(root, "node_modules");
const finished = path.join(root, "app/static/build");
const target = `${finished}.next`; // takes the other's place when all is there, so that pages never miss a file

const ENTRIES = ["main.js", "main.css", "theme-boot.js", "charts.js", "swagger.js", "swagger.css", "console.css"];

// Files that are served as they come from their package: [package path, name in the build folder].
const COPIES = [
  ["plotly.js-strict-dist-min/plotly-strict.min.js", "plotly.js"],
  ["swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui-bundle.js"],
  ["swagger-ui-dist/swagger-ui.css", "swagger-ui.css"],
];

async function hashed(file) {
  const content = await readFile(file);
  return createHash("sha256").update(content).digest("hex").slice(0, 10);
}

async function bundle(manifest) {
  const entryPoints = ENTRIES.map((name) => path.join(sources, name)).filter(existsSync);
  const result = await build({
    entryPoints,
    outdir: target,
    bundle: true,
    minify: true,
    sourcemap: true,
    metafile: true,
    format: "esm",
    splitting: true,
    target: ["es2022", "safari16"],
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "asset-[hash]",
    loader: { ".woff2": "file", ".woff": "file", ".svg": "file" },
    legalComments: "linked",
    logLevel: "warning",
  });
  for (const [output, about] of Object.entries(result.metafile.outputs)) {
    if (!about.entryPoint) continue;
    manifest[path.basename(about.entryPoint)] = path.basename(output);
  }
}

async function copyFiles(manifest) {
  for (const [from, name] of COPIES) {
    const source = path.join(modules, from);
    const { name: stem, ext } = path.parse(name);
    manifest[name] = `${stem}-${await hashed(source)}${ext}`;
    await cp(source, path.join(target, manifest[name]));
  }
}

async function iconNames() {
  const list = path.join(sources, "icons.txt");
  if (!existsSync(list)) return [];
  const lines = (await readFile(list, "utf8")).split("\n");
  return lines.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
}

async function symbol(name) {
  const [stem, style] = name.endsWith("-filled") ? [name.slice(0, -7), "filled"] : [name, "outline"];
  const file = path.join(modules, "@tabler/icons/icons", style, `${stem}.svg`);
  if (!existsSync(file)) throw new Error(`icons.txt names "${name}", which @tabler/icons does not have.`);
  const svg = (await readFile(file, "utf8")).replace(/<!--[\s\S]*?-->/g, "");
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
  const paint = style === "filled"
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function sprite(manifest) {
  const symbols = await Promise.all([...new Set(await iconNames())].sort().map(symbol));
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 10);
  manifest["icons.svg"] = `icons-${digest}.svg`;
  await writeFile(path.join(target, manifest["icons.svg"]), text);
}

// A compressed twin beside each text file; the application serves it to browsers that can read it.
async function compress() {
  const texts = (await readdir(target)).filter((name) => /\.(js|css|svg)$/.test(name));
  for (const name of texts) {
    const file = path.join(target, name);
    await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file), { level: 9 }));
  }
}

async function exchange() {
  await rm(finished, { recursive: true, force: true });
  await rename(target, finished);
}

async function main() {
  const manifest = {};
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await bundle(manifest);
  await copyFiles(manifest);
  await sprite(manifest);
  await compress();
  await writeFile(path.join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await exchange();
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
