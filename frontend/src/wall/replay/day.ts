import type { Severity, Text } from "../types";

/** A day of a board as `/api/boards/<board>/timeline/` gives it; instants are ISO strings. */
export interface Day {
  since: string;
  until: string;
  now: string;
  earliest: string | null;
  quarters: { at: string; count: number; worst: Severity }[];
  alarms: { key: string; at: string; severity: Severity; title: Text }[];
  annotations: Annotation[];
}

export interface Annotation {
  id: string;
  at: string;
  text: string;
  author: string;
}

export const QUARTERS = 96;
const ZONE = "Asia/Ho_Chi_Minh";
const isoDay = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** The local day of an instant, `2026-03-02`. */
export const dayOf = (at: number): string => isoDay.format(at);

/** When a local day begins (the province's zone knows no summer time). */
export const beginOf = (day: string): number => Date.parse(`${day}T00:00:00+07:00`);

export const nextDay = (day: string, days: number): string => dayOf(beginOf(day) + days * 86_400_000 + 43_200_000);

/** How many alerts were opened in each quarter of an hour, and the largest count (1 at least). */
export function bars(day: Pick<Day, "since" | "quarters"> | null): { counts: number[]; most: number } {
  const counts = new Array<number>(QUARTERS).fill(0);
  const since = day ? Date.parse(day.since) : 0;
  for (const { at, count } of day?.quarters ?? []) {
    const index = Math.floor((Date.parse(at) - since) / 900_000);
    if (index >= 0 && index < QUARTERS) counts[index] = count;
  }
  return { counts, most: Math.max(1, ...counts) };
}

/** The nearest alert after (1) or before (-1) a moment; several within one second count as one. */
export function nextAlarm(alarms: Day["alarms"], at: number, step: 1 | -1): number | null {
  const instants = alarms.map((alarm) => Date.parse(alarm.at)).sort((a, b) => a - b);
  const found = step > 0 ? instants.find((one) => one > at) : instants.filter((one) => one < at - 1000).at(-1);
  return found ?? null;
}

export async function fetchDay(board: string, day: string): Promise<Day | null> {
  return get<Day>(`/api/boards/${encodeURIComponent(board)}/timeline/?day=${day}`);
}

export async function get<T>(address: string): Promise<T | null> {
  try {
    const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

/** Keeps a note (`draft` names it, so that a repeated press keeps one); null when the server did not take it. */
export async function annotate(board: string, at: number, text: string, draft: string, csrf: string): Promise<Annotation | null> {
  try {
    const response = await fetch(`/api/boards/${encodeURIComponent(board)}/annotations/`, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrf,
        "Idempotency-Key": `wall-note-${draft}`,
      },
      body: JSON.stringify({ at: new Date(at).toISOString(), text }),
    });
    return response.ok ? ((await response.json()) as Annotation) : null;
  } catch {
    return null;
  }
}
