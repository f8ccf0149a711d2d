import { formatDate, formatTime } from "../format";
import type { Language } from "../types";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The province has no summer time. */
const ZONE = 7 * HOUR;
const STEPS = [10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 56 * DAY];

/** Round instants of the province's clock between two others, at most `most` of them. */
export function roundTicks(from: number, to: number, most: number, language: Language): { at: number; text: string }[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? 112 * DAY;
  const ticks = [];
  for (let at = Math.ceil((from + ZONE) / step) * step - ZONE; at <= to; at += step) {
    const iso = new Date(at).toISOString();
    ticks.push({ at, text: step < DAY ? formatTime(iso, language) : formatDate(at, language).slice(0, 5) });
  }
  return ticks;
}
