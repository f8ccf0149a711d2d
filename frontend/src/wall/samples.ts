import type { AlertTile, FrameMessage, FullTile, PanelTile, Payload, SnapshotMessage, TicketTile } from "./types";

/** Synthetic tiles for tests. */

export const NOON = Date.parse("2026-03-02T12:00:00+07:00");

export const minutes = (n: number): string => new Date(NOON + n * 60_000).toISOString();

export const alert = (id: string, change: Partial<AlertTile> = {}): AlertTile => ({
  kind: "alert",
  id,
  monitor: "rivers",
  rule: "rivers.high",
  severity: "high",
  state: "active",
  title: `alert ${id}`,
  unit: null,
  department: null,
  lon: null,
  lat: null,
  opened_at: minutes(-10),
  last_seen: minutes(-1),
  count: 1,
  holder: null,
  shelved_until: null,
  shelved_by: null,
  suppressed: false,
  generation: 1,
  why: null,
  simulated: false,
  ...change,
});

export const ticket = (id: string, change: Partial<TicketTile> = {}): TicketTile => ({
  kind: "ticket",
  id,
  code: id,
  monitor: "rivers",
  severity: "medium",
  state: "accepted",
  title: `ticket ${id}`,
  unit: null,
  department: null,
  opened_at: minutes(-60),
  due_at: minutes(120),
  step: { index: 1, count: 6, started_at: minutes(-60), due_at: minutes(40) },
  holder: null,
  next: null,
  overdue: false,
  generation: 1,
  url: `/tickets/${id}/`,
  simulated: false,
  ...change,
});

export const panel = (name: string, change: Partial<PanelTile> = {}): PanelTile => ({
  kind: "panel",
  monitor: "rivers",
  panel: name,
  title: "level",
  monitor_title: "Rivers",
  chart: "number",
  severity: null,
  held: false,
  figure: { value: 3, decimals: 0, unit: null, target: null, target_text: null, trend: [], as_of: minutes(-1) },
  fresh_for: 300,
  silent_since: null,
  last: null,
  why: null,
  simulated: false,
  ...change,
});

const keyOf = (payload: Payload): string =>
  payload.kind === "panel" ? `panel:${payload.monitor}/${payload.panel}` : `${payload.kind}:${payload.id}`;

export const tile = (payload: Payload, version = 1): FullTile => ({ key: keyOf(payload), version, payload });

export const snapshot = (seq: number, payloads: Payload[], change: Partial<SnapshotMessage> = {}): SnapshotMessage => ({
  type: "snapshot",
  epoch: 1,
  seq,
  tiles: payloads.map((payload) => tile(payload)),
  now: minutes(0),
  ...change,
});

export const frame = (seq: number, payload: Payload, change: Partial<FrameMessage> = {}): FrameMessage => ({
  type: "frame",
  epoch: 1,
  seq,
  prev: seq - 1,
  tile: tile(payload, seq),
  ...change,
});
