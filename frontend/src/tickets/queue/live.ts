/* The list kept up to date without moving under anybody's hand: the rows that are shown change in place, what is new
   waits behind a button. Told by the wall's frames; while there is no websocket, asked every twenty seconds. */
import type { LinkStatus } from "../../wall/link";
import { listen, tell } from "../live/listen";
import { show as showSelection } from "./select";

/** Seconds between two questions while frames come: changes in a burst are asked for once. */
const CALM = 2;
/** Seconds between two questions without a websocket. */
const POLL = 20;

let asked = 0;
let waiting = false;
let heard = "";
let answered = true;

/** Put a fresh row in the place of the old one; what was ticked stays ticked, where one stands stays marked. */
function replaceRow(old: HTMLElement, row: HTMLElement): void {
  const box = row.querySelector<HTMLInputElement>("[name=t]");
  if (box) box.checked = old.querySelector<HTMLInputElement>("[name=t]")?.checked ?? false;
  row.classList.toggle("is-cur", old.classList.contains("is-cur"));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(row);
  if (focused) (focused.matches("[name=t]") ? box : row.querySelector<HTMLElement>("a[href]"))?.focus({ preventScroll: true });
}

/** Only the list's own rows are drawn again; the table and the board wait for a click. */
function replaceRows(fresh: HTMLElement): void {
  for (const row of fresh.querySelectorAll<HTMLElement>("[data-row]")) {
    const old = document.getElementById(row.id);
    if (old?.querySelector(".c-t")) replaceRow(old, row);
  }
  showSelection();
}

function take(list: HTMLElement, html: string): void {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const body = document.createElement("div");
  body.append(fresh.content);
  const sprite = body.querySelector("[data-sprite]");
  if (sprite) document.body.append(sprite);
  const news = body.querySelector<HTMLElement>("[data-new]");
  heard = news?.dataset.at ?? heard;
  const place = list.querySelector<HTMLElement>("[data-new-place]");
  const button = news?.querySelector("a");
  if (place && button) place.replaceChildren(button);
  else place?.replaceChildren();
  replaceRows(body);
}

async function ask(list: HTMLElement): Promise<void> {
  asked = performance.now();
  const shown = [...document.querySelectorAll<HTMLInputElement>("[data-row] [name=t]")].map((box) => box.value);
  const query = new URLSearchParams(list.dataset.query);
  query.set("after", list.dataset.after ?? "");
  query.set("at", list.dataset.at ?? "");
  query.set("shown", shown.join(","));
  try {
    const answer = await fetch(`${list.dataset.fresh ?? ""}?${query.toString()}`, { credentials: "same-origin" });
    answered = answer.ok && !answer.redirected;
    if (answered) take(list, await answer.text());
  } catch {
    answered = false;
  }
}

/** Keep the list of this page fresh, if it has one. */
export function startLive(): void {
  const list = document.querySelector<HTMLElement>("[data-queue]");
  if (!list?.dataset.fresh) return;
  heard = list.querySelector<HTMLElement>("[data-live-text]")?.dataset.heard ?? "";
  let status: LinkStatus = "connecting";
  const say = (): void => {
    tell(list, !answered || status === "lost", heard);
  };
  const refresh = (): void => {
    if (waiting || document.hidden) return;
    waiting = true;
    const pause = Math.max(0.3, CALM - (performance.now() - asked) / 1000);
    setTimeout(() => {
      waiting = false;
      void ask(list).then(say);
    }, pause * 1000);
  };
  listen({
    socket: list.dataset.socket ?? "/ws/wall/",
    changed: refresh,
    minute: refresh,
    onStatus: (now) => {
      status = now;
      say();
    },
  });
  setInterval(() => {
    if (status !== "live") refresh();
  }, POLL * 1000);
}
