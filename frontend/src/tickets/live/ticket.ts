/* A ticket's page kept up to date. Nobody's typing is drawn over: while a hand is in the page it only says what changed. */
import htmx from "htmx.org";

import type { LinkStatus } from "../../wall/link";
import { atWork } from "./hand";
import { listen, tell } from "./listen";

/** Seconds that changes in a burst are gathered for. */
const CALM = 0.5;

const page = (): HTMLElement | null => document.querySelector<HTMLElement>("#ticket[data-href]");

/** Keep the ticket of this page fresh, if it has one. */
export function startTicket(): void {
  const first = page();
  if (!first) return;
  let status: LinkStatus = "connecting";
  let answered = true;
  let waiting = false;

  const say = (): void => {
    const ticket = page();
    if (ticket && status !== "connecting") tell(ticket, !answered || status === "lost", ticket.dataset.heard ?? "");
  };

  const refresh = async (whole: boolean): Promise<void> => {
    const ticket = page();
    if (!ticket) return;
    answered = await fetched(ticket, whole).catch(() => false);
    say();
  };

  const ask = (whole: boolean): void => {
    if (waiting || document.hidden) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      void refresh(whole);
    }, CALM * 1000);
  };

  listen({
    socket: first.dataset.socket ?? "/ws/wall/",
    changed: (key) => {
      if (key === "" || key === `ticket:${page()?.dataset.ticket ?? ""}`) ask(false);
    },
    minute: () => {
      ask(true);
    },
    onStatus: (now) => {
      status = now;
      say();
    },
  });
  document.body.addEventListener("htmx:afterSettle", say);
}

/** Ask for what changed since the page was drawn, or all of it; whether there was an answer. */
async function fetched(ticket: HTMLElement, whole: boolean): Promise<boolean> {
  const { href = "", seen = "" } = ticket.dataset;
  const since = whole && !atWork(ticket, document.activeElement) ? "" : seen;
  const query = new URLSearchParams({ seen: since, show: new URLSearchParams(location.search).get("show") ?? "" });
  const answer = await fetch(`${href}?${query.toString()}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (answer.redirected) return false;
  if (answer.status === 200) take(ticket, await answer.text());
  else if (answer.status === 404) announce(ticket); // handed over to an office beyond the reader's reach
  return answer.ok || answer.status === 404;
}

/** Draw what came, unless somebody began to work meanwhile. */
function take(ticket: HTMLElement, html: string): void {
  if (!ticket.isConnected) return; // an answer to the reader's own deed was quicker
  if (atWork(ticket, document.activeElement)) announce(ticket);
  else htmx.swap(ticket, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
}

function announce(ticket: HTMLElement): void {
  const note = ticket.querySelector<HTMLElement>("[data-changed]");
  if (note) note.hidden = false;
}
