/* A page of the workspace that hears of changes over the wall's websocket, and says whether it does. */
import { socketUrl } from "../../wall/config";
import { Link, type LinkStatus, SUBPROTOCOL } from "../../wall/link";
import { Position } from "./position";

/** Milliseconds until the next whole minute: when the words of countdowns change. */
export const untilMinute = (now: number): number => 60_000 - (now % 60_000);

export interface Hearing {
  /** The address of the websocket. */
  socket: string;
  /** A ticket changed: its tile's key, or "" when any of them may have. */
  changed: (key: string) => void;
  onStatus: (status: LinkStatus) => void;
  /** Every whole minute. */
  minute: () => void;
}

/** Hear of changes for as long as the page stands. Accounts without a wall hear of none: their status stays "connecting". */
export function listen({ socket, changed, onStatus, minute }: Hearing): void {
  const position = new Position(changed);
  const link = new Link({
    url: socketUrl(socket),
    board: "overview",
    layout: "",
    open: (url) => new WebSocket(withoutLayout(url), SUBPROTOCOL),
    receive: (message) => position.take(message),
    position: () => position.here,
    onStatus,
    onRefused: () => {
      link.stop();
    },
    clock: () => performance.now() / 1000,
    random: Math.random,
    later: (run, seconds) => {
      const timer = setTimeout(run, seconds * 1000);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  link.connect();
  setInterval(() => {
    link.watch();
  }, 1000);
  window.addEventListener("online", () => {
    link.wake();
    changed("");
  });
  document.addEventListener("visibilitychange", () => {
    changed("");
  });
  const tick = (): void => {
    minute();
    setTimeout(tick, untilMinute(Date.now()));
  };
  setTimeout(tick, untilMinute(Date.now()));
}

/** Say in the page's head whether it is live, and of when it is; `lost` when the server can't be heard. */
export function tell(page: HTMLElement, lost: boolean, heard: string): void {
  const mark = page.querySelector<HTMLElement>("[data-live]");
  const text = page.querySelector<HTMLElement>("[data-live-text]");
  mark?.classList.toggle("is-lost", lost);
  mark?.classList.toggle("is-live", !lost);
  if (text) text.textContent = ((lost ? text.dataset.lost : text.dataset.now) ?? "").replace("{at}", heard);
}

/** These pages have no layout of the wall's to be out of date with. */
function withoutLayout(url: string): string {
  const address = new URL(url);
  address.searchParams.delete("layout");
  return address.href;
}
