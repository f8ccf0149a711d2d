import type { AlertTile, Severity } from "../types";

/** What `/api/alerts/<id>/incident/` answers, its texts in the page's language. */
export interface Incident {
  alert: AlertTile & { open: boolean; acknowledged_at: string | null; ended_at: string | null };
  now: string;
  curve: Curve | null;
  /** What the alert rests on, when its rule has no curve. */
  records: { columns: string[]; rows: (string | number | boolean | null)[][]; total: number } | null;
  /** Codes of the communes it concerns, its own first. */
  units: string[];
  tickets: { total: number; open: number; overdue: number; ids: string[] };
  timeline: { total: number; lines: StoryLine[] };
  cameras: NearCamera[];
  /** Other alerts of the same place and time, the worst first; null when there are none. */
  together?: { total: number; members: Member[] } | null;
}

/** Another alert of the same place and time. */
export interface Member {
  id: string;
  text: string;
  severity: Severity;
  state: string;
}

export interface Level {
  title: string;
  value: number;
  severity: Severity | null;
}

export interface Curve {
  title: string;
  unit: string;
  decimals: number;
  points: { at: string; value: number | null }[];
  lines: Level[];
  change: { value: number; minutes: number } | null;
  /** The highest level reached now; `since` null: longer than the curve goes back. */
  above: (Level & { since: string | null }) | null;
}

export interface StoryLine {
  at: string;
  what: string;
  who: string;
}

export interface NearCamera {
  name: string;
  state: string;
  at: string | null;
  lost: boolean;
  km: number;
  /** Only for those who may look; every look is written down. */
  picture: string | null;
}

/**
 * What the incident board shows now. `none`: nothing is open; `missing`: the chosen alert isn't there for this reader;
 * `failed`: it could not be read so far.
 */
export interface IncidentView {
  status: "none" | "loading" | "ready" | "missing" | "failed";
  id: string | null;
  /** As it stands: from the frames while it is open, else as it was read. */
  alert: AlertTile | null;
  ended: boolean;
  data: Incident | null;
}
