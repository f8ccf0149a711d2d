import { type State, totalsOf } from "../state";
import { type AlertTile, type Rotation, SEVERITIES, type Severity, type Totals } from "../types";

export interface Turn {
  /** The board to show. */
  board: string;
  /** True while alarms decide what is shown. */
  forward: boolean;
}

/** Boards in alarm among which a screen takes turns; more would hide each other. */
const MOST_FORWARD = 3;

/**
 * Which board a screen shows now. Pure, and by the server's clock alone: all screens with the same boards and the same
 * alerts show the same board, without talking to each other. While something is in alarm only the boards concerned take
 * turns, the worst first; an alert that just came has its board shown at once, for one turn.
 */
export function turnAt(boards: readonly string[], rotation: Rotation, fresh: readonly AlertTile[], now: number): Turn {
  const period = 1000 * rotation.seconds;
  const alarms = fresh.filter((alert) => counts(alert, rotation.forwardFrom) && boardOf(alert, boards) !== null);
  const newest = alarms
    .filter((alert) => now - Date.parse(alert.opened_at) < period)
    .sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at) || (a.id < b.id ? -1 : 1))[0];
  if (newest) return { board: boardOf(newest, boards) ?? "", forward: true };
  const inAlarm = [...new Set(alarms.map((alert) => boardOf(alert, boards) ?? ""))].slice(0, MOST_FORWARD);
  const shown = inAlarm.length > 0 ? inAlarm : boards;
  return { board: shown[Math.floor(now / period) % shown.length] ?? "", forward: inAlarm.length > 0 };
}

/** The board that shows an alert: its monitor's, else the overview. */
function boardOf(alert: AlertTile, boards: readonly string[]): string | null {
  if (boards.includes(alert.monitor)) return alert.monitor;
  return boards.includes("overview") ? "overview" : null;
}

const counts = (alert: AlertTile, from: Severity | ""): boolean =>
  from !== "" && SEVERITIES.indexOf(alert.severity) <= SEVERITIES.indexOf(from);

const NONE: Totals = { alerts: { open: 0, unacknowledged: 0 }, tickets: { open: 0, overdue: 0 } };

/** What a board of one monitor shows of a state that holds several: its own alerts and tickets. Null: all of them. */
export function seenBy(state: State, monitor: string | null): State {
  if (monitor === null) return state;
  return { ...state, alerts: ownTiles(state.alerts, monitor), tickets: ownTiles(state.tickets, monitor), hidden: NONE };
}

/** A monitor's own tiles; all of them for null. */
export const ownTiles = <T extends { monitor: string }>(tiles: ReadonlyMap<string, T>, monitor: string | null): ReadonlyMap<string, T> =>
  monitor === null ? tiles : new Map([...tiles].filter(([, tile]) => tile.monitor === monitor));

/** False when the server has more than it sent, so that one monitor's share of them is not known here. */
export const isWhole = (state: State, now: number): boolean => {
  const all = totalsOf(state, now);
  const here = totalsOf({ ...state, hidden: NONE }, now);
  return all.alerts.open === here.alerts.open && all.tickets.open === here.tickets.open;
};
