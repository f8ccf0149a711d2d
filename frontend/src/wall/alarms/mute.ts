import type { Severity } from "../types";

/** Until when a screen is quiet, server clock in milliseconds; 0 when it isn't. There is no mute without an end. */
export interface Mute {
  readonly all: number;
  /** Critical alerts come back sooner. */
  readonly critical: number;
}

const MINUTE = 60_000;

/** What a person may choose, in minutes. */
export const MUTES = [5, 15, 30, 60] as const;
/** No longer than this for critical alerts, whatever was chosen. */
export const CRITICAL_MUTE = 15;
const LONGEST = Math.max(...MUTES);

export const LOUD: Mute = { all: 0, critical: 0 };

export const muteFor = (minutes: number, now: number): Mute => ({
  all: now + Math.min(minutes, LONGEST) * MINUTE,
  critical: now + Math.min(minutes, CRITICAL_MUTE) * MINUTE,
});

/** A mute as it holds now: over when its time has come, and never longer than one that could be chosen now. */
export const standing = (mute: Mute, now: number): Mute => ({
  all: left(mute.all, LONGEST, now),
  critical: left(mute.critical, CRITICAL_MUTE, now),
});

const left = (until: number, minutes: number, now: number): number =>
  until <= now ? 0 : Math.min(until, now + minutes * MINUTE);

export const isMuted = (mute: Mute, severity: Severity, now: number): boolean =>
  (severity === "critical" ? mute.critical : mute.all) > now;
