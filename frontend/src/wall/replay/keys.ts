import { type Player, SPEEDS } from "./player";
import type { Room } from "./room";

const MINUTE = 60_000;

const inside = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

/**
 * Space plays and pauses, arrows go a minute (with Shift an hour), comma and full stop go from alert to alert, Escape
 * goes back to now. Characters count only while `letters` says so (WCAG 2.1.4).
 */
export function listen(player: Player, room: Room, letters: () => boolean): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (inside(event.target, "input, select, textarea, dialog[open]") && event.key !== "Escape") return;
    const act = actionOf(event, player, room) ?? (letters() ? letterOf(event, player, room) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionOf(event: KeyboardEvent, player: Player, room: Room): (() => void) | null {
  const far = event.shiftKey ? 60 * MINUTE : MINUTE;
  switch (event.key) {
    case " ":
      return inside(event.target, "button, a, summary") ? null : player.toggle;
    case "ArrowLeft":
      return () => {
        player.seek(player.at - far);
      };
    case "ArrowRight":
      return () => {
        player.seek(player.at + far);
      };
    case "Escape":
      return document.querySelector("dialog[open]") ? null : room.escape;
    default:
      return null;
  }
}

function letterOf(event: KeyboardEvent, player: Player, room: Room): (() => void) | null {
  if (event.key === "," || event.key === ".") {
    return () => {
      void room.toAlarm(event.key === "," ? -1 : 1);
    };
  }
  const speed = SPEEDS[Number(event.key) - 1];
  return speed
    ? () => {
        player.setSpeed(speed);
      }
    : null;
}
