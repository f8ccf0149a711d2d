import { arrivalsOf, withArrival } from "./alarms/arrivals";
import { type LogLine, logOf, seedLog } from "./log";
import type {
  AlertTile,
  FrameMessage,
  PanelTile,
  Payload,
  ServerMessage,
  SnapshotMessage,
  TicketTile,
  Totals,
} from "./types";

/**
 * The wall's memory: a snapshot plus the frames after it. Pure: the same messages in the same order always give the same
 * state, which is what replay and resume rely on.
 */
export interface State {
  /** The history that `seq` counts in; null before the first snapshot. */
  readonly epoch: string | null;
  readonly seq: number;
  readonly versions: ReadonlyMap<string, number>;
  readonly panels: ReadonlyMap<string, PanelTile>;
  readonly alerts: ReadonlyMap<string, AlertTile>;
  readonly tickets: ReadonlyMap<string, TicketTile>;
  /** What the server counts beyond the entities it sent: a snapshot holds the worst 500 only. */
  readonly hidden: Totals;
  /** When the snapshot was taken, server clock, in milliseconds. */
  readonly since: number;
  readonly log: readonly LogLine[];
  /** When alerts came, as far as it is known here: what a flood is told by. */
  readonly arrivals: readonly number[];
}

/**
 * What a message meant for the link:
 * `applied` it is now part of the state; `ignored` it was already; `gap` something before it is missing, resume from `seq`;
 * `foreign` it belongs to another history, start anew; `behind` a heartbeat knows more than we do.
 */
export type Verdict = "applied" | "ignored" | "gap" | "foreign" | "behind";

const NONE: Totals = { alerts: { open: 0, unacknowledged: 0 }, tickets: { open: 0, overdue: 0 } };

export const initialState: State = {
  epoch: null,
  seq: 0,
  versions: new Map(),
  panels: new Map(),
  alerts: new Map(),
  tickets: new Map(),
  hidden: NONE,
  since: 0,
  log: [],
  arrivals: [],
};

export const isOpenAlert = (alert: AlertTile): boolean => alert.state !== "closed";

export const isUnacknowledged = (alert: AlertTile, now: number): boolean =>
  alert.state === "active" && !alert.suppressed && !isShelved(alert, now);

export const isShelved = (alert: AlertTile, now: number): boolean =>
  alert.shelved_until !== null && Date.parse(alert.shelved_until) > now;

const FINISHED = new Set<TicketTile["state"]>(["closed", "cancelled", "merged"]);
export const isOpenTicket = (ticket: TicketTile): boolean => !FINISHED.has(ticket.state);

export const isOverdue = (ticket: TicketTile, now: number): boolean =>
  ticket.overdue === true || (ticket.due_at !== null && Date.parse(ticket.due_at) < now);

/** What is open among the entities that are here. */
function counted(state: Pick<State, "alerts" | "tickets">, now: number): Totals {
  const totals: Totals = { alerts: { open: 0, unacknowledged: 0 }, tickets: { open: 0, overdue: 0 } };
  for (const alert of state.alerts.values()) {
    totals.alerts.open += 1;
    if (isUnacknowledged(alert, now)) totals.alerts.unacknowledged += 1;
  }
  for (const ticket of state.tickets.values()) {
    totals.tickets.open += 1;
    if (isOverdue(ticket, now)) totals.tickets.overdue += 1;
  }
  return totals;
}

function combined(a: Totals, b: Totals, sign: 1 | -1): Totals {
  const part = (x: number, y: number): number => Math.max(0, x + sign * y);
  return {
    alerts: {
      open: part(a.alerts.open, b.alerts.open),
      unacknowledged: part(a.alerts.unacknowledged, b.alerts.unacknowledged),
    },
    tickets: { open: part(a.tickets.open, b.tickets.open), overdue: part(a.tickets.overdue, b.tickets.overdue) },
  };
}

/** Exact totals: what is here, by today's clock, and what the server said is beyond it. */
export const totalsOf = (state: State, now: number): Totals => combined(counted(state, now), state.hidden, 1);

/** `at` is the server's clock when the message came, in milliseconds. */
export function reduce(state: State, message: ServerMessage, at: number): { state: State; verdict: Verdict } {
  switch (message.type) {
    case "snapshot":
      return { state: fromSnapshot(message, at), verdict: "applied" };
    case "frame":
      return fromFrame(state, message, at);
    case "heartbeat": {
      if (state.epoch === null) return { state, verdict: "ignored" };
      if (String(message.epoch) !== state.epoch) return { state, verdict: "foreign" };
      const next = message.totals ? withTotals(state, message.totals, at) : state;
      return { state: next, verdict: message.seq > state.seq ? "behind" : "applied" };
    }
  }
}

function withTotals(state: State, totals: Totals, now: number): State {
  return { ...state, hidden: combined(totals, counted(state, now), -1) };
}

function fromSnapshot(message: SnapshotMessage, at: number): State {
  const versions = new Map<string, number>();
  const panels = new Map<string, PanelTile>();
  const alerts = new Map<string, AlertTile>();
  const tickets = new Map<string, TicketTile>();
  for (const { key, version, payload } of message.tiles) {
    if (!stays(payload)) continue;
    versions.set(key, version);
    if (payload.kind === "panel") panels.set(key, payload);
    else if (payload.kind === "alert") alerts.set(key, payload);
    else tickets.set(key, payload);
  }
  const state: State = {
    epoch: String(message.epoch),
    seq: message.seq,
    versions,
    panels,
    alerts,
    tickets,
    hidden: NONE,
    since: at,
    log: seedLog(alerts.values(), tickets.values()),
    arrivals: arrivalsOf(alerts.values(), message.opened),
  };
  return message.totals ? withTotals(state, message.totals, at) : state;
}

function fromFrame(state: State, frame: FrameMessage, at: number): { state: State; verdict: Verdict } {
  if (state.epoch === null || String(frame.epoch) !== state.epoch) return { state, verdict: "foreign" };
  if (frame.seq <= state.seq) return { state, verdict: "ignored" };
  if (frame.prev > state.seq) return { state, verdict: "gap" };
  const moved = { ...state, seq: frame.seq };
  const known = state.versions.get(frame.tile.key);
  if (known !== undefined && frame.tile.version < known) return { state: moved, verdict: "applied" };
  return { state: withTile(moved, frame.tile, at), verdict: "applied" };
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

function placed<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  return value === null ? without(map, key) : new Map(map).set(key, value);
}

/** What is closed leaves the screen. */
function stays(payload: Payload): boolean {
  if (payload.kind === "panel") return true;
  return payload.kind === "alert" ? isOpenAlert(payload) : isOpenTicket(payload);
}

const only = <K extends Payload["kind"]>(payload: Payload | null, kind: K): Extract<Payload, { kind: K }> | null =>
  payload?.kind === kind ? (payload as Extract<Payload, { kind: K }>) : null;

function withTile(state: State, tile: FrameMessage["tile"], at: number): State {
  const { key, version } = tile;
  const payload = "payload" in tile ? tile.payload : null;
  const before = state.alerts.get(key) ?? state.tickets.get(key) ?? null;
  const line = logOf(before, payload, key, at);
  const kept = payload && stays(payload) ? payload : null;
  return {
    ...state,
    versions: placed(state.versions, key, kept && version),
    panels: placed(state.panels, key, only(kept, "panel")),
    alerts: placed(state.alerts, key, only(kept, "alert")),
    tickets: placed(state.tickets, key, only(kept, "ticket")),
    hidden: before ? state.hidden : surfaced(state, tile),
    log: line ? [line, ...state.log].slice(0, 30) : state.log,
    arrivals: came(state, before, only(kept, "alert"), at),
  };
}

/** An alert that was only hidden until now has not come now. */
function came(state: State, before: AlertTile | TicketTile | null, after: AlertTile | null, at: number): readonly number[] {
  const wasHidden = before === null && state.hidden.alerts.open > 0 && after !== null && Date.parse(after.opened_at) <= state.since;
  return wasHidden ? state.arrivals : withArrival(state.arrivals, before?.kind === "alert" ? before : null, after, at);
}

/** An entity that wasn't among those sent but is older than the snapshot was counted as hidden: it is so no longer. */
function surfaced(state: State, tile: FrameMessage["tile"]): Totals {
  if (!("payload" in tile) || tile.payload.kind === "panel") return state.hidden;
  const { payload } = tile;
  if (Date.parse(payload.opened_at) > state.since) return state.hidden;
  const one = counted(
    payload.kind === "alert"
      ? { alerts: new Map([[tile.key, payload]]), tickets: new Map() }
      : { alerts: new Map(), tickets: new Map([[tile.key, payload]]) },
    state.since,
  );
  return combined(state.hidden, one, -1);
}
