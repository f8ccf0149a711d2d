import { CLOSE_LOGIN } from "./link";

const KEY = "wall-reloaded";
const PAUSE = 15_000;

/**
 * The server closed the socket because the session ended (4401) the role changed (4403) or the board did (4409). Loading the page again lets the
 * server send a person to the login or show what the new role may see. An unattended screen stays and keeps trying. Never
 * twice within a while: a page that loads although its socket is refused would otherwise spin.
 */
export function onRefused(code: number, role: string): void {
  if (code === CLOSE_LOGIN && role === "kiosk") return;
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  const wait = Date.now() - last < PAUSE ? PAUSE : 0;
  setTimeout(() => {
    sessionStorage.setItem(KEY, String(Date.now()));
    location.reload();
  }, wait);
}
