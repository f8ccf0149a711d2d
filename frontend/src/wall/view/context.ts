import type { AlarmView } from "../alarms/desk";
import { ageOf } from "../format";
import type { IncidentView } from "../incident/types";
import type { Beat, LinkStatus } from "../link";
import type { LayerStore } from "../map/layers/store";
import type { Messages } from "../messages";
import type { Limit } from "../select";
import type { State } from "../state";
import type { AlertTile, PanelTile, TicketTile, WallConfig, Why } from "../types";

/** What "Vì sao?" knows so far. */
export type WhyState = { status: "loading" } | { status: "failed" } | { status: "ready"; why: Why };

export type Dialog =
  | { kind: "alert"; id: string }
  | { kind: "ticket"; id: string }
  | { kind: "panel"; key: string }
  | { kind: "alerts"; ids: string[] }
  | { kind: "place"; layer: string; cell: string }
  | { kind: "group"; ids: string[] }
  | { kind: "shelf" }
  | { kind: "sound" }
  | { kind: "since" }
  | { kind: "keys" };

/** What this screen alone knows: choices, sizes, what is under way. */
export interface Ui {
  /** Alert that a person moved to with J or K. */
  chosen: string | null;
  /** An alert that was just taken: its banner stays as an outline for a moment. */
  taken: { id: string; until: number } | null;
  acknowledging: string | null;
  /** A calm sentence in the banner, until `until` (server clock, ms). */
  notice: { text: string; until: number } | null;
  dialog: Dialog | null;
  why: WhyState | null;
  /** Key of the panel that colours the map. */
  mapPanel: string | null;
  mapFailed: boolean;
  /** What the map is drawn into: made once, and moved from board to board where a screen shows them in turn. */
  mapHost: HTMLElement;
  /** From the units' file: how many, and whether their boundaries are official. */
  units: { count: number; approximate: boolean } | null;
  /** Alerts that have no place to be drawn at. */
  unplaced: number;
  /** How many rows each list has room for, by its name. */
  rows: Record<string, number>;
  /** Single letters act as keys (WCAG 2.1.4 wants a switch). */
  letters: boolean;
  /** Read out by screen readers when it changes. */
  announcement: string;
}

export interface Actions {
  acknowledge: (alert: AlertTile) => void;
  next: (step: 1 | -1) => void;
  open: (dialog: Dialog) => void;
  close: () => void;
  retryWhy: () => void;
  chooseMapPanel: (key: string) => void;
  setLetters: (on: boolean) => void;
  zoom: (how: "in" | "out" | "whole") => void;
  switchTheme: () => void;
}

/** Everything a part of the screen needs to draw itself. */
export interface Context {
  config: WallConfig;
  m: Messages;
  state: State;
  /** Panels as they are shown: they follow the state at most twice a second. */
  panels: ReadonlyMap<string, PanelTile>;
  alerts: readonly AlertTile[];
  fresh: readonly AlertTile[];
  tickets: readonly { ticket: TicketTile; limit: Limit }[];
  /** Server clock, milliseconds. */
  now: number;
  link: { status: LinkStatus; beats: readonly Beat[]; silence: number; seq: number };
  ui: Ui;
  layers: LayerStore;
  actions: Actions;
  mayAcknowledge: boolean;
  alarms: AlarmView;
  /** Only on a board that shows one incident. */
  incident?: IncidentView | null;
}

/** How old an instant is, in words. */
export function age({ m, now }: Pick<Context, "m" | "now">, iso: string): string {
  const { id, params } = ageOf(now - Date.parse(iso));
  return m.t(id, params);
}
