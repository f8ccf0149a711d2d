import type { AlertTile } from "../types";

/** When alerts came, as far as a state knows, in milliseconds. What came hours ago no longer tells anything. */
const KEPT = 6 * 3_600_000;

/**
 * Of a snapshot: when its alerts were opened, and minutes in which others were that it has no room for
 * (`opened`: all that opened lately, by minute).
 */
export function arrivalsOf(alerts: Iterable<AlertTile>, opened: Readonly<Record<string, number>> = {}): number[] {
  const all = [...alerts];
  const perMinute = new Map<number, number>();
  for (const { opened_at: at } of all) perMinute.set(minuteOf(Date.parse(at)), 1 + (perMinute.get(minuteOf(Date.parse(at))) ?? 0));
  const hidden = Object.entries(opened).flatMap(([minute, count]) => {
    const at = Date.parse(minute);
    return new Array<number>(Math.max(0, count - (perMinute.get(minuteOf(at)) ?? 0))).fill(at);
  });
  return [...all.filter((alert) => !alert.suppressed).map((alert) => Date.parse(alert.opened_at)), ...hidden];
}

const minuteOf = (at: number): number => Math.floor(at / 60_000);

/** Somebody has to look at it: what is suppressed has come to nobody yet. */
const isBefore = (alert: AlertTile | null): boolean => alert?.state === "active" && !alert.suppressed;

/** With an alert that came at `at`: one that wasn't there, that was suppressed, or that somebody had and nobody has any more. */
export function withArrival(
  arrivals: readonly number[],
  before: AlertTile | null,
  after: AlertTile | null,
  at: number,
): readonly number[] {
  if (!isBefore(after) || isBefore(before)) return arrivals;
  return [...arrivals.filter((one) => one > at - KEPT), at];
}
