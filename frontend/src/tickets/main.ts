/* The departments' workspace. Links filter and forms post without this; with it htmx swaps the same fragments in place. */
import "../../tokens/fonts.css";
import "./workspace.css";

import htmx from "htmx.org";

import { helpCasework } from "./casework";
import { showUploads } from "./deliver";
import { startTicket } from "./live/ticket";
import { startBack } from "./queue/back";
import { startKeys } from "./queue/keys";
import { startLive } from "./queue/live";
import { startSelecting } from "./queue/select";
import { offerPush } from "./push";

// A strict Content-Security-Policy: no inline style, no evaluated code. Errors bring pages worth showing.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.responseHandling = [
  { code: "[23]..", swap: true },
  { code: "409|422", swap: true },
  { code: "...", swap: false, error: true },
];

document.body.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.target as HTMLElement;
  const next = swapped.querySelector<HTMLElement>("[data-summary]") ?? swapped.querySelector<HTMLElement>("#do h2");
  next?.focus();
});

// What can't be answered in place says so; what was typed stays where it is.
const unsent = document.querySelector<HTMLElement>("[data-unsent]");
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => {
    if (!unsent || (event.target as HTMLElement).matches("[data-poll]")) return;
    unsent.hidden = false;
    unsent.scrollIntoView({ block: "nearest" });
  });
}
document.body.addEventListener("htmx:beforeRequest", () => {
  if (unsent) unsent.hidden = true;
});

// One open menu at a time; Escape closes it and returns to its button.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(event.target as Node)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector<HTMLDetailsElement>("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});

// On a phone the places stand in one line, longer than the window: the one shown is in sight.
const places = document.querySelector<HTMLElement>(".side nav");
const here = places?.querySelector<HTMLElement>("[aria-current]");
if (places && here) {
  const [line, place] = [places.getBoundingClientRect(), here.getBoundingClientRect()];
  places.scrollLeft += place.left + place.width / 2 - (line.left + line.width / 2);
}

showUploads();
startBack();
startSelecting();
startKeys();
startLive();
startTicket();
helpCasework();
offerPush();
