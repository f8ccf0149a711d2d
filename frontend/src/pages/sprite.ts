/* Writes frontend/templates/icons/lucide.svg: one <symbol> for each Lucide icon that a template or a Python file names.
   Run it after naming a new icon: `node frontend/src/pages/sprite.ts`. A test fails while a named icon is missing. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Node = [tag: string, attributes: Record<string, string>];

const root = fileURLToPath(new URL("../../..", import.meta.url));
const icons = join(root, "frontend/node_modules/lucide/dist/esm/icons");
const target = join(root, "frontend/templates/icons/lucide.svg");

/** Folder, ending and pattern of the places that name icons. */
const places: [folder: string, ending: string, pattern: RegExp][] = [
  ["frontend/templates", ".html", /{% icon "([a-z0-9-]+)"/g],
  ["services", ".py", /\bicon="([a-z0-9-]+)"/g],
  ["monitors", ".py", /\bicon="([a-z0-9-]+)"/g],
];

function named(): string[] {
  const names = new Set<string>();
  for (const [folder, ending, pattern] of places) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!entry.endsWith(ending)) continue;
      const text = readFileSync(join(root, folder, entry), "utf8");
      for (const match of text.matchAll(pattern)) if (match[1]) names.add(match[1]);
    }
  }
  return [...names].sort();
}

async function symbol(name: string): Promise<string> {
  const module = (await import(pathToFileURL(join(icons, `${name}.mjs`)).href)) as { default: Node[] };
  const body = module.default.map(([tag, attributes]) => {
    const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
    return `<${tag}${written.join("")}/>`;
  });
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${body.join("")}</symbol>`;
}

const symbols = await Promise.all(named().map(symbol));
const note = "<!-- Lucide icons (https://lucide.dev), ISC licence. Written by frontend/src/pages/sprite.ts -->";
writeFileSync(target, ['<svg xmlns="http://www.w3.org/2000/svg">', note, ...symbols, "</svg>", ""].join("\n"));
