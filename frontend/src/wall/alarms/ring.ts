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
  const lives = new Set(fresh.map(lifeOf));
  const known = before ?? { heard: lives, again: 0, free: 0 };
  const kept = { heard: lives, again: Math.min(known.again, now + REPEAT), free: Math.min(known.free, now + GAP) };
  const unheard = fresh.filter((alert) => !known.heard.has(lifeOf(alert)));
  if (able && !isMuted(mute, "critical", now) && fresh.some(isCritical)) return repeated(kept, unheard, now);
  const quiet = !able || room.flood || isMuted(mute, "high", now);
  return quiet ? { ringing: kept, play: null } : once(kept, unheard, now);
}

const isCritical = (alert: AlertTile): boolean => alert.severity === "critical";

/** While a critical alert is there nothing else sounds, nor is it made up for. */
function repeated(kept: Ringing, unheard: readonly AlertTile[], now: number): ReturnType<typeof ring> {
  const fresh = unheard.filter(isCritical);
  if (now >= kept.again || (fresh.length > 0 && now >= kept.free)) {
    return { ringing: { ...kept, again: now + REPEAT, free: now + GAP }, play: "critical" };
  }
  return { ringing: waiting(kept, fresh), play: null };
}

function once(kept: Ringing, unheard: readonly AlertTile[], now: number): ReturnType<typeof ring> {
  const play = SEVERITIES.find((one) => !["critical", "info"].includes(one) && unheard.some(({ severity }) => severity === one));
  if (!play) return { ringing: kept, play: null };
  if (now < kept.free) return { ringing: waiting(kept, unheard), play: null };
  return { ringing: { ...kept, free: now + GAP }, play };
}

/** Those that still wait for their turn have not been heard. */
function waiting(ringing: Ringing, alerts: readonly AlertTile[]): Ringing {
  const heard = new Set(ringing.heard);
  for (const alert of alerts) heard.delete(lifeOf(alert));
  return { ...ringing, heard };
}
