import type { State } from "../state";
import type { Agency, Place, Severity, Text } from "../types";

/** One thing that happened; what the server names it. */
export interface Happening {
  at: string;
  kind: string;
  alert: string | null;
  ticket: string | null;
  severity: Severity;
  title: Text;
  unit: Place | null;
  department: Agency | null;
  who: Text;
  rung: number | null;
  url: string | null;
}

/** What changed after an instant, as the server knew it at another one. */
export interface Since {
  after: string;
  until: string;
  alerts: number;
  climbed: number;
  silent: number;
  total: number;
  rows: Happening[];
}

export type Counts = Pick<Since, "alerts" | "climbed" | "silent">;

/** The rule of every monitor by which a silent source is told. */
const SILENT = "intake.source_silent";

/** The server's numbers, and what this screen has seen come since they were read. */
export function counts(since: Since, state: State): Counts {
  const read = Date.parse(since.until);
  const later = [...state.alerts.values()].filter((alert) => Date.parse(alert.opened_at) > read);
  const climbed = [...state.tickets.values()].filter(
    ({ step }) => step !== null && step.index > 1 && Date.parse(step.started_at) > read,
  );
  const silent = later.filter((alert) => alert.rule === SILENT).length;
  return {
    alerts: since.alerts + later.length - silent,
    climbed: since.climbed + climbed.length,
    silent: since.silent + silent,
  };
}

const addressOf = (board: string, end: "since" | "seen"): string => `/api/boards/${encodeURIComponent(board)}/${end}/`;

/** Asks what changed; null when it can't be read. */
export const readSince = (board: string): Promise<Since | null> => ask(addressOf(board, "since"), {});

/** Says that everything until `at` was seen, and answers what is left; null when the server didn't take it. */
export const markSeen = (board: string, at: string, csrf: string): Promise<Since | null> =>
  ask(addressOf(board, "seen"), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify({ at }),
  });

async function ask(address: string, how: RequestInit): Promise<Since | null> {
  try {
    const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" }, ...how });
    return response.ok ? ((await response.json()) as Since) : null;
  } catch {
    return null;
  }
}
