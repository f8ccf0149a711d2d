export interface Tick {
  at: number;
  text: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = "Asia/Ho_Chi_Minh";

const said = (at: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options }).format(at);

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DATE: Intl.DateTimeFormatOptions = { day: "2-digit", month: "2-digit" };
const MONTH: Intl.DateTimeFormatOptions = { month: "2-digit", year: "numeric" };

/** Hours of a day or two, days of a quarter, else months, in the province's time; at most `most`, the newest always. */
export function ticksOf(at: readonly number[], most: number): Tick[] {
  const [first, last] = [at[0], at.at(-1)];
  if (first === undefined || last === undefined) return [];
  const span = last - first;
  const options = span <= 2 * DAY ? TIME : span <= 100 * DAY ? DATE : MONTH;
  const step = Math.max(1, Math.ceil(at.length / most));
  return at
    .filter((_, i) => (at.length - 1 - i) % step === 0)
    .map((one) => ({ at: one, text: said(one, options) }));
}
