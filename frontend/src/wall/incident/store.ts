import type { State } from "../state";
import type { AlertTile } from "../types";
import type { Incident, IncidentView } from "./types";

/** Answers what is known of an incident; null when it isn't there for this reader. Rejects when it can't be read. */
export type Read = (id: string) => Promise<Incident | null>;

export const addressOf = (id: string): string => `/wall/incident/?alert=${encodeURIComponent(id)}`;

/** `at`: as it was then (ms), on a page that shows the past. */
export async function readIncident(id: string, at: number | null): Promise<Incident | null> {
  const then = at === null ? "" : `?at=${new Date(at).toISOString()}`;
  const response = await fetch(`/api/alerts/${encodeURIComponent(id)}/incident/${then}`, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`incident: HTTP ${String(response.status)}`);
  return (await response.json()) as Incident;
}

/** The alert a person chose, else the first that nobody has, else the worst. */
export const pick = (wanted: string | null, fresh: readonly AlertTile[], alerts: readonly AlertTile[]): string | null =>
  wanted ?? (fresh[0] ?? alerts[0])?.id ?? null;

/** Milliseconds between two readings: after a frame about the incident, and with no news at all (measurements go on). */
export const SOON = 3_000;
export const AGAIN = 60_000;

export function alertOf(state: State, id: string | null): AlertTile | null {
  if (id === null) return null;
  for (const alert of state.alerts.values()) if (alert.id === id) return alert;
  return null;
}

/** Versions of what the incident is made of: another text means that there is news. */
function newsOf(state: State, alert: AlertTile | null): string {
  if (!alert) return "";
  const own = (one: { monitor: string }): boolean => one.monitor === alert.monitor;
  const keys = [
    ...[...state.alerts].filter(([, one]) => own(one)).map(([key]) => key),
    ...[...state.tickets].filter(([, one]) => own(one)).map(([key]) => key),
  ];
  return keys.map((key) => `${key} ${String(state.versions.get(key))}`).join("\n");
}

const nothing = (state: State): IncidentView => ({
  status: state.epoch === null ? "loading" : "none",
  id: null,
  alert: null,
  ended: false,
  data: null,
});

/** Follows one alert: chooses it, reads what hangs on it, and reads again when there is news. */
export class IncidentStore {
  private id: string | null = null;
  private status: "loading" | "ready" | "missing" | "failed" = "loading";
  private data: Incident | null = null;
  private readAt = -Infinity;
  private reading = false;
  private seen: { state: State; news: string } | null = null;
  private stale = false;

  /** `clock` answers milliseconds that only grow; `wanted` is the alert in the page's address. */
  constructor(
    private wanted: string | null,
    private readonly read: Read,
    private readonly changed: () => void,
    private readonly clock: () => number,
  ) {}

  choose(id: string | null): void {
    this.wanted = id;
  }

  /** What to show of this state; starts a reading when one is due. */
  follow(state: State, fresh: readonly AlertTile[], alerts: readonly AlertTile[]): IncidentView {
    const id = pick(this.wanted, fresh, alerts);
    if (id !== this.id) this.turnTo(id);
    const live = alertOf(state, id);
    this.notice(state, live);
    if (state.epoch !== null || this.wanted !== null) this.readIfDue();
    return id === null ? nothing(state) : this.view(id, live);
  }

  private view(id: string, live: AlertTile | null): IncidentView {
    const known = this.data?.alert ?? null;
    return { status: this.status, id, alert: live ?? known, ended: live === null && known?.open === false, data: this.data };
  }

  private turnTo(id: string | null): void {
    this.id = id;
    this.data = null;
    this.status = "loading";
    this.readAt = -Infinity;
    this.seen = null;
    this.stale = false;
  }

  private notice(state: State, alert: AlertTile | null): void {
    if (this.seen?.state.alerts === state.alerts && this.seen.state.tickets === state.tickets) return;
    const news = newsOf(state, alert);
    if (this.seen && this.seen.news !== news) this.stale = true;
    this.seen = { state, news };
  }

  private readIfDue(): void {
    const id = this.id;
    if (id === null || this.reading || this.status === "missing") return;
    const waited = this.clock() - this.readAt;
    if (waited < (this.stale ? SOON : AGAIN)) return;
    this.reading = true;
    this.stale = false;
    this.readAt = this.clock();
    void this.read(id).then(
      (data) => {
        this.take(id, data === null ? "missing" : "ready", data);
      },
      () => {
        this.take(id, this.data ? "ready" : "failed", this.data);
      },
    );
  }

  private take(id: string, status: "ready" | "missing" | "failed", data: Incident | null): void {
    this.reading = false;
    if (id === this.id) {
      this.status = status;
      this.data = data;
    }
    this.changed();
  }
}
