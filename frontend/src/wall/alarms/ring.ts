import { SEVERITIES, type AlertTile, type Severity } from "../types";
import { isMuted, type Mute } from "./mute";

/** What a screen has sounded already. Instants are the server's clock in milliseconds. */
export interface Ringing {
  /** Alerts, in the life and severity in which they were heard or passed over. */
  readonly heard: ReadonlySet<string>;
  /** When a critical alert that nobody has sounds again. */
  readonly again: number;
  /** Nothing else begins before. */
  readonly free: number;
}

export interface Room {
  /** What nobody has. */
  fresh: readonly AlertTile[];
  now: number;
  mute: Mute;
  /** Too many at once: only critical ones sound. */
  flood: boolean;
  /** This screen sounds at all, and its browser lets it. */
  able: boolean;
}

/** A critical alert repeats that often until somebody has it. */
export const REPEAT = 10_000;
/** Least time from the beginning of one sound to the next. */
export const GAP = 4_000;

const lifeOf = (alert: AlertTile): string => `${alert.id} ${alert.generation} ${alert.severity}`;

/**
 * What is to be heard now. A critical alert repeats until it is acknowledged or shelved; any other one sounds once, several
 * together as the worst of them. What comes while the screen can't or mustn't sound is not made up for later, but a
 * critical alert that is still there then is. `before` null: the screen has just opened, and greets with critical ones only.
 */
export function ring(before: Ringing | null, room: Room): { ringing: Ringing; play: Severity | null } {
  const { fresh, now, mute, able } = room;
  const known = before ?? { heard: new Set(fresh.map(lifeOf)), again: 0, free: 0 };
  const [again, free] = [Math.min(known.again, now + REPEAT), Math.min(known.free, now + GAP)];
  const lives = new Set(fresh.map(lifeOf));
  const unheard = fresh.filter((alert) => !known.heard.has(lifeOf(alert)));
  if (fresh.some((alert) => alert.severity === "critical") && able && !isMuted(mute, "critical", now)) {
    const isNew = unheard.some((alert) => alert.severity === "critical");
    if (now >= again || (isNew && now >= free)) {
      return { ringing: { heard: lives, again: now + REPEAT, free: now + GAP }, play: "critical" };
    }
    return { ringing: { heard: without(lives, unheard, "critical"), again, free }, play: null };
  }
  const once = unheard.filter((alert) => alert.severity !== "critical" && alert.severity !== "info");
  if (!able || room.flood || isMuted(mute, "high", now) || once.length === 0) {
    return { ringing: { heard: lives, again, free }, play: null };
  }
  if (now < free) return { ringing: { heard: without(lives, unheard), again, free }, play: null };
  const play = SEVERITIES.find((severity) => once.some((alert) => alert.severity === severity)) ?? null;
  return { ringing: { heard: lives, again, free: now + GAP }, play };
}

/** What has been heard, without those (of one severity, or all) that still wait for their turn. */
function without(lives: ReadonlySet<string>, waiting: readonly AlertTile[], severity?: Severity): Set<string> {
  const kept = new Set(lives);
  for (const alert of waiting) if (severity === undefined || alert.severity === severity) kept.delete(lifeOf(alert));
  return kept;
}
