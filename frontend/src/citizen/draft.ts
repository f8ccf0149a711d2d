/* The unsent report, kept on the device until it is sent, deleted or a week old. */
import { drop, keep, read, type Shelf } from "../pages/store";

const KEY = "ioc.report.draft";
const WEEK = 7 * 24 * 3600 * 1000;

/** Values of the form by field name; `key` comes along, so that sending twice stays one report. */
export interface Draft {
  at: number;
  values: Record<string, string>;
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  const { at, values } = value as Partial<Draft>;
  return typeof at === "number" && typeof values === "object";
}

/** The draft, unless it is older than a week or says nothing. */
export function loadDraft(shelf: Shelf | null, now: number): Draft | null {
  const draft = read(shelf, KEY, isDraft);
  if (draft && now - draft.at > WEEK) {
    drop(shelf, KEY);
    return null;
  }
  return draft;
}

/** Keep what the form holds; an empty form keeps nothing. */
export function saveDraft(shelf: Shelf | null, values: Record<string, string>, now: number): boolean {
  const said = ["unit", "address", "description", "lon", "phone", "name"].some((name) => values[name]?.trim());
  if (!said) {
    drop(shelf, KEY);
    return false;
  }
  return keep(shelf, KEY, { at: now, values } satisfies Draft);
}

export function forgetDraft(shelf: Shelf | null): void {
  drop(shelf, KEY);
}
