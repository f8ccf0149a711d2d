/* Explore. The table, its sorting and its files work without this; here come the chart, the map and quick filtering. */
import "../../tokens/fonts.css";
import "./explore.css";

import { setUpCopy } from "../pages/copy";
import { fits } from "./fold";
import type { Pictures } from "./types";

const WIDE = "(min-width: 1100px)";

for (const element of document.querySelectorAll<HTMLElement>(".only-js")) element.hidden = false;
for (const box of document.querySelectorAll<HTMLDetailsElement>("details[data-wide]")) box.open = matchMedia(WIDE).matches;
setUpCopy(document);
document.getElementById("cell")?.focus();

/** What is typed leaves only the ticks that fit; those chosen stay. */
for (const input of document.querySelectorAll<HTMLInputElement>("input[data-filter]")) {
  const list = document.getElementById(input.dataset.filter ?? "");
  input.addEventListener("input", () => {
    for (const tick of list?.querySelectorAll<HTMLElement>(".tick") ?? []) {
      const chosen = tick.querySelector<HTMLInputElement>("input")?.checked === true;
      tick.hidden = !chosen && !fits(tick.dataset.folded ?? "", input.value);
    }
    for (const group of list?.querySelectorAll<HTMLFieldSetElement>("fieldset") ?? []) {
      group.hidden = group.querySelector(".tick:not([hidden])") === null;
    }
  });
}

/** Saves what a picture gives as a file. */
function offer(key: string, name: string, make: () => Promise<string>): void {
  const button = document.querySelector<HTMLButtonElement>(`[data-png="${key}"]`);
  if (!button) return;
  button.disabled = false;
  button.addEventListener("click", () => {
    void make().then((address) => {
      const link = document.createElement("a");
      link.href = address;
      link.download = `${name}-${key}.png`;
      link.click();
    });
  });
}

async function draw(where: HTMLElement | null, key: string, name: string, drawn: (where: HTMLElement) => Promise<() => Promise<string>>): Promise<void> {
  if (!where) return;
  try {
    offer(key, name, await drawn(where));
  } catch {
    where.hidden = true;
    where.parentElement?.querySelector<HTMLElement>("[data-failed]")?.removeAttribute("hidden");
  }
}

const told = document.getElementById("pictures")?.textContent;
if (told) {
  const { chart, map } = JSON.parse(told) as Pictures;
  // The table is on the screen by now; the big packages come after it.
  void draw(document.getElementById("plot"), "chart", chart.name, async (where) => (await import("./chart")).drawChart(where, chart));
  if (map) {
    void draw(document.getElementById("map-pane"), "map", map.name, async (where) => (await import("./map")).drawMap(where, map));
  }
}
