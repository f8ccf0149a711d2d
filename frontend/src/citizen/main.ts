/* The citizens' portal. Every page works without this; here it gains drafts, the phone's location and the list of own codes. */
import "../../tokens/fonts.css";
import "./portal.css";

import { setUpCopy } from "../pages/copy";
import { deviceShelf } from "../pages/store";
import { forgetDraft } from "./draft";
import { addMine, showMine } from "./mine";
import { setUpReport } from "./report";

const shelf = deviceShelf();
const main = document.querySelector("main");

if (main) {
  setUpReport(main, shelf);
  const sent = main.querySelector<HTMLElement>("[data-sent]");
  if (sent) {
    forgetDraft(shelf);
    addMine(shelf, { code: sent.dataset.sent ?? "", title: sent.dataset.title ?? "" });
  }
  const mine = main.querySelector<HTMLElement>("[data-mine]");
  if (mine) showMine(mine, shelf);
  setUpCopy(main);
  main.querySelector<HTMLElement>("[data-summary]")?.focus();
}

// A page that the browser kept as it was left would hold the key of a report already sent.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-report]")) window.location.reload();
});
