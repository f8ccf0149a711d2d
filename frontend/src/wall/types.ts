/** What travels between the server and the wall (subprotocol `ioc.wall.v1`). Instants are ISO strings with an offset. */

export type Language = "vi" | "en";

export interface Localised {
  vi: string;
  en: string;
}

export type Param = number | string | boolean | null | Message | Localised;

/** A text that is rendered where it is read: an English message id with `{name}` placeholders and their values. */
export interface Message {
  msgid: string;
  params?: Record<string, Param>;
}

/** Anything that stands for a text: a stored message, a pair of languages, or words as they are. */
export type Text = Message | Localised | string;

export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Figure {
  value: number | null;
  decimals: number;
  unit: Text | null;
  /** What the figure counts, and of when, in some thirty letters. */
  short?: Text | null;
  target: number | null;
  target_text: Text | null;
  trend: number[];
  /** The last point is of a span that is not over. */
  running?: boolean;
  as_of: string | null;
}

export type CellValue = number | string | boolean | null | Text;

/** A row of a list, table or chart: what its keys mean is said by `Column`, or by `ListRow` where there are none. */
export type Row = Record<string, CellValue>;

export interface Column {
  key: string;
  title: Text;
  decimals: number | null;
  /** What the others are measured against: dashed. */
  goal: boolean;
}

export interface PanelTile {
  kind: "panel";
  monitor: string;
  panel: string;
  title: Text;
  monitor_title: Text;
  chart: "number" | "map" | "list" | "chart" | "table" | "video";
  severity: Severity | null;
  held: boolean;
  figure: Figure;
  /** By unit code; only for a map. */
  values?: Record<string, number>;
  /** The value of units that `values` leaves out; null when it isn't known. */
  elsewhere?: number | null;
  rows?: Row[];
  /** What the rows' keys mean, for a chart or a table; a list has none. */
  columns?: Column[];
  /** Seconds after which the figure is old. */
  fresh_for: number;
  silent_since: string | null;
  last: { value: number; at: string } | null;
  why: string | null;
  simulated: boolean;
}

export interface Place {
  code: string;
  name: Text;
}

export interface Agency {
  slug: string;
  name: Text;
}

export type AlertState = "active" | "acknowledged" | "cleared" | "resolved" | "closed";

export interface AlertTile {
  kind: "alert";
  id: string;
  monitor: string;
  rule: string;
  severity: Severity;
  state: AlertState;
  title: Text;
  unit: Place | null;
  department: Agency | null;
  lon: number | null;
  lat: number | null;
  opened_at: string;
  last_seen: string;
  count: number;
  holder: { name: string } | null;
  shelved_until: string | null;
  shelved_by: { name: string } | null;
  suppressed: boolean;
  /** How many others are hidden because of it; absent in what was recorded before. */
  hides?: number;
  /** It comes and goes faster than people can follow, and is kept as one alert. */
  flapping?: { kind: "flapping" | "chattering"; count: number } | null;
  generation: number;
  why: string | null;
  simulated: boolean;
}

export type TicketState =
  | "new"
  | "accepted"
  | "in_progress"
  | "waiting"
  | "resolved"
  | "closed"
  | "returned"
  | "cancelled"
  | "merged";

export interface TicketTile {
  kind: "ticket";
  id: string;
  code: string;
  monitor: string;
  severity: Severity;
  state: TicketState;
  title: Text;
  unit: Place | null;
  department: Agency | null;
  opened_at: string;
  due_at: string | null;
  /** The rung of the escalation ladder that holds the ticket; `index` counts from 1, `due_at` is when the next one gets it. */
  step: { index: number; count: number; started_at: string; due_at: string | null } | null;
  holder: { name: string | null; title: Text | null } | null;
  next: { title: Text } | null;
  /** Sent by some servers; the clock decides anyway. */
  overdue?: boolean;
  generation: number;
  url: string;
  why?: string | null;
  simulated: boolean;
}

export type Payload = PanelTile | AlertTile | TicketTile;

export interface FullTile {
  key: string;
  version: number;
  payload: Payload;
}

export interface GoneTile {
  key: string;
  version: number;
  gone: true;
}

export interface Totals {
  alerts: { open: number; unacknowledged: number };
  tickets: { open: number; overdue: number };
}

export interface SnapshotMessage {
  type: "snapshot";
  epoch: string | number;
  seq: number;
  tiles: FullTile[];
  totals?: Totals;
  /** Alerts opened in the last hours, by minute: only when there are more entities than the snapshot holds. */
  opened?: Record<string, number>;
  now?: string;
}

export interface FrameMessage {
  type: "frame";
  epoch: string | number;
  seq: number;
  prev: number;
  tile: FullTile | GoneTile;
}

export interface HeartbeatMessage {
  type: "heartbeat";
  epoch: string | number;
  seq: number;
  now: string;
  totals?: Totals;
}

export type ServerMessage = SnapshotMessage | FrameMessage | HeartbeatMessage;

/** What a page that shows the past is told; `at` is null when the moment cannot be shown, and `fault` says why. */
export interface Replay {
  at: string | null;
  fault: string;
  now: string;
  /** The first moment that can be shown. */
  earliest: string | null;
  speed: number;
  mayAnnotate: boolean;
}

/** The panel behind a tile; both are null for a key figure whose monitor does not exist yet. */
export interface Cell {
  monitor: string | null;
  panel: string | null;
  title: Text | null;
}

export type TileKind = "number" | "chart" | "list" | "table" | "map" | "video" | "alerts" | "tickets" | "text" | "curve" | "timeline" | "slips" | "cameras";

/** What stands where on the board's grid, counted from 1. */
export interface TilePlace extends Cell {
  kind: TileKind;
  text: Localised | null;
  col: number;
  row: number;
  width: number;
  height: number;
}

/** A board's grid; another `version` means that the page has to be loaded again. */
export interface Layout {
  version: string;
  columns: number;
  rows: number;
  tiles: TilePlace[];
}

/** What the page hands over in `<script id="wall-config">`. */
export interface WallConfig {
  board: string;
  boards: { slug: string; title: Text }[];
  language: Language;
  wsUrl: string;
  messagesUrl: string;
  unitsUrl: string;
  realm: string;
  simulated: boolean;
  province: { name: Text; subtitle: Text };
  user: {
    name: string;
    role: string;
    duty: Text | null;
    /** Verbs that the person may do to alerts. */
    may: string[];
    shift: { starts: string; ends: string } | null;
  };
  now: string;
  layout: Layout;
  csrf: string;
  /** Null or missing on a page of the present. */
  replay?: Replay | null;
  /** Only for an unattended screen: the boards it shows one after the other. */
  rotation?: Rotation & { boards: BoardInTurn[] };
}

/** How an unattended screen takes turns. */
export interface Rotation {
  /** Seconds for each board. */
  seconds: number;
  /** Boards with an unacknowledged alert of this severity or worse come forward; empty: never. */
  forwardFrom: Severity | "";
}

/** A board that waits for its turn; `monitor` null: it shows alerts and tickets of all of them. */
export interface BoardInTurn {
  slug: string;
  monitor: string | null;
  layout: Layout;
}

/** What the `why` address answers. Every part may be missing: what isn't known isn't shown. */
export interface Why {
  title?: Text;
  value?: number | null;
  decimals?: number;
  unit?: Text | null;
  as_of?: string | null;
  /** The sum in order; `op` stands before the value. */
  sum?: { op?: "+" | "-" | "=" | ""; value: number; decimals?: number; label: Text }[];
  rules?: { id: string; version: number; title?: Text; basis?: Text; effective_from?: string | null }[];
  records?: { total: number; rows: WhyRow[] };
  tickets?: { total: number; rows: WhyRow[] };
  /** Who did what, newest first. */
  actions?: { at: string; who: Text; what: Text }[];
  source?: { name?: Text; read_at?: string | null; query?: string; milliseconds?: number; rows?: number };
  links?: { label: Text; url: string }[];
}

export interface WhyRow {
  code?: string;
  title: Text;
  note?: Text;
  at?: string | null;
  url?: string | null;
}
