import { SEVERITIES, type AlertTile, type Cell, type PanelTile, type Severity, type TicketTile } from "./types";
import { isOpenTicket, isOverdue, isShelved, isUnacknowledged, type State } from "./state";

/** What the screen shows of the state, in its order. Pure; `now` is the server's clock in milliseconds. */

export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** 0 nobody has it, 1 someone has it, 2 its condition is gone or it waits to be closed. */
function attention(alert: AlertTile): number {
  if (alert.state === "active") return 0;
  return alert.state === "acknowledged" ? 1 : 2;
}

/** Open alerts that are neither shelved nor suppressed: worst first, then what nobody has, then the newest. */
export function alertList(state: State, now: number): AlertTile[] {
  return [...state.alerts.values()]
    .filter((alert) => !alert.suppressed && !isShelved(alert, now))
    .sort(
      (a, b) =>
        rank(a.severity) - rank(b.severity) ||
        attention(a) - attention(b) ||
        Date.parse(b.opened_at) - Date.parse(a.opened_at) ||
        (a.id < b.id ? -1 : 1),
    );
}

export const unacknowledged = (alerts: readonly AlertTile[], now: number): AlertTile[] =>
  alerts.filter((alert) => isUnacknowledged(alert, now));

export const shelvedCount = (state: State, now: number): number =>
  [...state.alerts.values()].filter((alert) => isShelved(alert, now)).length;

/** How a ticket stands against its nearest limit. */
export interface Limit {
  /** The instant that counts, in milliseconds; null when the ticket has none. */
  at: number | null;
  /** Share of the time that is left, 1 to 0. */
  left: number;
  standing: "calm" | "late" | "over";
}

/** The last fifth of the time is late. */
const LATE = 0.2;

const parse = (iso: string | null | undefined): number | null => (iso == null ? null : Date.parse(iso));

/** An overdue ticket counts from its deadline; any other one to its next rung or deadline, whichever comes first. */
export function limitOf(ticket: TicketTile, now: number): Limit {
  const due = parse(ticket.due_at);
  if (due !== null && isOverdue(ticket, now)) return { at: due, left: 0, standing: "over" };
  const [at, from] = nearest(ticket, due);
  if (at === null) return { at, left: 1, standing: "calm" };
  if (at < now) return { at, left: 0, standing: "over" };
  const left = Math.min(1, (at - now) / Math.max(1, at - from));
  return { at, left, standing: left <= LATE ? "late" : "calm" };
}

/** The limit that comes first, and when its time began to run. */
function nearest(ticket: TicketTile, due: number | null): [number | null, number] {
  const rung = parse(ticket.step?.due_at);
  if (ticket.step && rung !== null && (due === null || rung < due)) return [rung, Date.parse(ticket.step.started_at)];
  return [due, Date.parse(ticket.opened_at)];
}

/** Tickets that still climb: overdue ones first, worst and then newest; after them the nearest limit. */
export function ticketList(state: State, now: number): { ticket: TicketTile; limit: Limit }[] {
  return [...state.tickets.values()]
    .filter((ticket) => isOpenTicket(ticket) && ticket.state !== "resolved")
    .map((ticket) => ({ ticket, limit: limitOf(ticket, now) }))
    .sort((a, b) => {
      const over = Number(b.limit.standing === "over") - Number(a.limit.standing === "over");
      if (over !== 0) return over;
      const nearer = (a.limit.at ?? Infinity) - (b.limit.at ?? Infinity) || 0;
      if (a.limit.standing !== "over") return nearer;
      return rank(a.ticket.severity) - rank(b.ticket.severity) || -nearer;
    });
}

export type Freshness = "absent" | "waiting" | "fresh" | "stale" | "silent";

/** `absent`: no monitor behind the cell yet; `waiting`: a monitor, but no figure so far. */
export function freshnessOf(cell: Pick<Cell, "panel">, tile: PanelTile | undefined, now: number): Freshness {
  if (!tile) return cell.panel === null ? "absent" : "waiting";
  if (tile.silent_since !== null) return "silent";
  if (tile.figure.value === null || tile.figure.as_of === null) return "waiting";
  return now - Date.parse(tile.figure.as_of) > tile.fresh_for * 1000 ? "stale" : "fresh";
}

export function tileOf(panels: Iterable<PanelTile>, cell: Cell): PanelTile | undefined {
  for (const tile of panels) if (tile.monitor === cell.monitor && tile.panel === cell.panel) return tile;
  return undefined;
}

/** Panels that can colour the map, in a fixed order. */
export const mapPanels = (panels: Iterable<PanelTile>): PanelTile[] =>
  [...panels]
    .filter((tile) => tile.chart === "map" && tile.values !== undefined)
    .sort((a, b) => (`${a.monitor} ${a.panel}` < `${b.monitor} ${b.panel}` ? -1 : 1));
