// How much JavaScript does each page load, compressed, and is it within the bar?
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ALLOWED_KB = 300;
const out = join(dirname(fileURLToPath(import.meta.url)), "../../src/liveloop/web/static");
const manifest = JSON.parse(readFileSync(join(out, ".vite/manifest.json"), "utf8"));
const compressed = (file) => gzipSync(readFileSync(join(out, file)), { level: 6 }).length / 1000;

// Everything a chunk needs at once; `lazily` also follows what it imports later (the editor, of the workspace).
function closure(key, lazily, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, lazily, seen);
  // Each page imports the shell, and the shell knows all pages: those belong to the others.
  if (lazily && key !== "index.html") for (const next of manifest[key].dynamicImports ?? []) closure(next, lazily, seen);
  return seen;
}

const sum = (keys, ending) => {
  const files = new Set();
  for (const key of keys) {
    if (manifest[key].file.endsWith(ending)) files.add(manifest[key].file);
    for (const sheet of manifest[key].css ?? []) if (sheet.endsWith(ending)) files.add(sheet);
  }
  return [...files].reduce((total, file) => total + compressed(file), 0);
};

const pages = Object.keys(manifest).filter((key) => key.startsWith("src/pages/") && manifest[key].isDynamicEntry);
const shell = closure("index.html", false);
let worst = 0;
for (const page of pages.sort()) {
  const keys = new Set([...shell, ...closure(page, true)]);
  const script = sum(keys, ".js") + gzipSync(readFileSync(join(out, "theme.js"))).length / 1000;
  worst = Math.max(worst, script);
  console.log(`${page.padEnd(44)} JS ${script.toFixed(1).padStart(6)} kB gzip   CSS ${sum(keys, ".css").toFixed(1).padStart(5)} kB gzip`);
}
if (pages.length === 0 || worst > ALLOWED_KB) {
  console.error(`largest page ${worst.toFixed(1)} kB; allowed: ${ALLOWED_KB} kB`);
  process.exit(1);
}
