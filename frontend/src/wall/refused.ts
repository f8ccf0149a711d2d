import { CLOSE_LOGIN } from "./link";

const KEY = "wall-reloaded";
const PAUSE = 15_000;
/** Where an unattended screen asks to be let in. */
const SCREEN = "/screen/";

/**
 * The server closed the socket because the session ended (4401), the role changed (4403) or the board did (4409). Loading
 * the page again lets the server send a person to the login, or show what the new role may see. An unattended screen that
 * was sent away asks to be let in again, but only once the server answers: an error page would never try again. Never
 * twice within a while: a page that loads although its socket is refused would otherwise spin.
 */
export function onRefused(code: number, role: string): void {
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  const wait = Date.now() - last < PAUSE ? PAUSE : 0;
  setTimeout(() => {
    sessionStorage.setItem(KEY, String(Date.now()));
    if (code === CLOSE_LOGIN && role.endsWith("kiosk")) void askAgain();
    else location.reload();
  }, wait);
}

async function askAgain(): Promise<void> {
  const answer = await fetch(SCREEN, { method: "HEAD" }).catch(() => null);
  if (answer?.ok) location.assign(SCREEN);
  else setTimeout(() => void askAgain(), PAUSE);
}
