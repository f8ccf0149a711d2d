import { formatDate, formatMoment, formatTime } from "../format";
import type { Language } from "../types";

const ISO = /^\d{4}-\d{2}-\d{2}/;

/** Tells an instant or a day among the texts of a row. */
export const isWhen = (value: unknown): value is string => typeof value === "string" && ISO.test(value);

/** A day where only the day is known (midnight, or no time at all), else the time, with the day unless it is today. */
export function when(iso: string, now: number, language: Language): string {
  const day = iso.length === 10 || formatTime(iso, language) === "00:00";
  if (!day) return formatMoment(iso, now, language);
  const date = formatDate(Date.parse(iso), language);
  return date.endsWith(formatDate(now, language).slice(6)) ? date.slice(0, 5) : date;
}
