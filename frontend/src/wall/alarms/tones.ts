import type { Severity } from "../types";

/** One pulse of a tone: when it begins, how long it lasts (seconds), and its pitch. */
export interface Pulse {
  at: number;
  seconds: number;
  hertz: number;
}

/**
 * Pulses told apart by how many there are, how fast they come and how high they are, so that a person knows the severity
 * without looking: 3 + 2 quick ones, 3, 2, 1. The manner is that of medical alarm signals; no conformity is claimed.
 */
const RHYTHM: Record<Severity, { hertz: readonly number[]; seconds: number; pauses: readonly number[] } | null> = {
  critical: { hertz: [880, 880, 988, 880, 988], seconds: 0.14, pauses: [0.09, 0.09, 0.34, 0.09] },
  high: { hertz: [659, 659, 784], seconds: 0.18, pauses: [0.14, 0.14] },
  medium: { hertz: [523, 440], seconds: 0.2, pauses: [0.2] },
  low: { hertz: [392], seconds: 0.24, pauses: [] },
  info: null,
};

/** The pulses of a severity; none for information, which nobody has to hear. */
export function pulses(severity: Severity): Pulse[] {
  const rhythm = RHYTHM[severity];
  if (!rhythm) return [];
  let at = 0;
  return rhythm.hertz.map((hertz, i) => {
    const pulse = { at, seconds: rhythm.seconds, hertz };
    at += rhythm.seconds + (rhythm.pauses[i] ?? 0);
    return pulse;
  });
}

/** How long a severity sounds, in seconds. */
export const lasting = (severity: Severity): number =>
  pulses(severity).reduce((end, pulse) => Math.max(end, pulse.at + pulse.seconds), 0);
