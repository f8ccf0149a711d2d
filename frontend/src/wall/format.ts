import type { Language } from "./types";

/** The province's days and hours, whatever zone the screen's own machine is set to. */
const ZONE = "Asia/Ho_Chi_Minh";
const LOCALE: Record<Language, string> = { vi: "vi-VN", en: "en-GB" };
const MINUS = "\u2212";

const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function numbers(language: Language, decimals: number, fixed: boolean): Intl.NumberFormat {
  const key = `${language} ${decimals} ${String(fixed)}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE[language], {
      minimumFractionDigits: fixed ? decimals : 0,
      maximumFractionDigits: decimals,
    });
    numberFormats.set(key, format);
  }
  return format;
}

function dates(language: Language, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE[language], { timeZone: ZONE, ...options });
    dateFormats.set(key, format);
  }
  return format;
}

/** `1.234,5` in Vietnamese, `1,234.5` in English, with a true minus. Without `decimals` at most three are shown. */
export function formatNumber(value: number, language: Language, decimals?: number): string {
  const text = numbers(language, decimals ?? 3, decimals !== undefined).format(value);
  return text.replace("-", MINUS);
}

export type Scale = "thousand" | "million" | "billion" | null;

const SCALES: [Exclude<Scale, null>, number][] = [
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
];

/**
 * A key figure in at most five characters (a minus not counted), since it is read from eight metres: decimals go first,
 * then thousands or millions become a word. The exact figure stays in "Why?".
 */
export function keyFigure(value: number, decimals: number, language: Language): { text: string; scale: Scale } {
  const fits = (text: string): boolean => text.replace(MINUS, "").length <= 5;
  for (let places = decimals; places >= 0; places -= 1) {
    const text = formatNumber(value, language, places);
    if (fits(text)) return { text, scale: null };
  }
  for (const [scale, size] of SCALES) {
    for (const places of [1, 0]) {
      const text = formatNumber(value / size, language, places);
      if (fits(text)) return { text, scale };
    }
  }
  return { text: formatNumber(value / 1e9, language, 0), scale: "billion" };
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DATE: Intl.DateTimeFormatOptions = { day: "2-digit", month: "2-digit", year: "numeric" };

/** `19:04:27`. */
export const formatClock = (at: number, language: Language): string => dates(language, "clock", CLOCK).format(at);

/** `19:04`. */
export const formatTime = (iso: string, language: Language): string =>
  dates(language, "time", TIME).format(Date.parse(iso));

/** `19/11/2025`. */
export const formatDate = (at: number, language: Language): string => dates(language, "date", DATE).format(at);

/** `Thứ Tư`. */
export function formatWeekday(at: number, language: Language): string {
  const day = dates(language, "weekday", { weekday: "long" }).format(at);
  return day.charAt(0).toUpperCase() + day.slice(1);
}

/** `19:04 19/11/2025`; nothing for what is no instant. */
export function formatInstant(iso: string, language: Language): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : `${formatTime(iso, language)} ${formatDate(at, language)}`;
}

/** `19:04`, with the day before it unless it is the day of `now`. */
export function formatMoment(iso: string, now: number, language: Language): string {
  const at = Date.parse(iso);
  const sameDay = formatDate(at, language) === formatDate(now, language);
  return sameDay ? formatTime(iso, language) : `${formatTime(iso, language)} ${formatDate(at, language).slice(0, 5)}`;
}

export interface Span {
  id: "now" | "{n} s" | "{n} min" | "{n} h" | "{n} h {minutes}" | "{n} d" | "{n} d {hours} h";
  params: Record<string, number | string>;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How old something is, coarser as it grows: seconds, minutes, hours and minutes up to six hours, hours, days. */
export function ageOf(milliseconds: number): Span {
  const s = Math.max(0, Math.floor(milliseconds / 1000));
  if (s < MINUTE) return { id: "{n} s", params: { n: s } };
  if (s < HOUR) return { id: "{n} min", params: { n: Math.floor(s / MINUTE) } };
  const hours = Math.floor(s / HOUR);
  const minutes = Math.floor((s % HOUR) / MINUTE);
  if (hours < 6 && minutes > 0) return { id: "{n} h {minutes}", params: { n: hours, minutes: two(minutes) } };
  if (s < 2 * DAY) return { id: "{n} h", params: { n: hours } };
  return { id: "{n} d", params: { n: Math.floor(s / DAY) } };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Time left to a limit: `04:10` below an hour, else words; `negative` when it has passed. */
export function timeLeft(milliseconds: number): { negative: boolean; clock: string | null; span: Span } {
  const s = Math.floor(Math.abs(milliseconds) / 1000);
  const negative = milliseconds < 0;
  const clock = s < HOUR ? `${negative ? MINUS : ""}${two(Math.floor(s / MINUTE))}:${two(s % MINUTE)}` : null;
  const days = Math.floor(s / DAY);
  const hours = Math.floor((s % DAY) / HOUR);
  const span: Span =
    days > 0
      ? { id: "{n} d {hours} h", params: { n: days, hours } }
      : { id: "{n} h {minutes}", params: { n: hours, minutes: two(Math.floor((s % HOUR) / MINUTE)) } };
  return { negative, clock, span };
}

/** The province's hour of the day, 0 to 23. */
export const hourOf = (at: number): number => Number(dates("en", "hour", { hour: "2-digit", hourCycle: "h23" }).format(at));
