import type { Messages } from "../messages";
import type { CellValue, Column, PanelTile, Row } from "../types";

export interface Series {
  column: Column;
  name: string;
  values: (number | null)[];
}

/** What a chart draws: lines over time, bars of names, or nothing but the figure's own course. */
export type Drawn =
  | { kind: "lines"; at: number[]; timed: boolean; running: boolean; own: Series[]; goals: Series[] }
  | { kind: "bars"; names: string[]; own: Series };

/** Letters of a name that has room at the end of its line; longer ones are said in the key above the chart. */
export const SHORT_NAME = 9;

const numberOf = (value: CellValue | undefined): number | null => (typeof value === "number" ? value : null);

const instantOf = (value: CellValue | undefined): number => (typeof value === "string" ? Date.parse(value) : NaN);

/** Instants along the axis make lines; names make bars. Without rows the figure's own trend is the line. */
export function seriesOf(panel: PanelTile, m: Messages): Drawn {
  const { rows = [], columns = [] } = panel;
  const [first, ...rest] = columns;
  if (!first || rows.length === 0) return trendOf(panel, m);
  const series = rest.map((column) => ({ column, name: m.text(column.title), values: rows.map((row) => numberOf(row[column.key])) }));
  const at = rows.map((row) => instantOf(row[first.key]));
  if (at.some(Number.isNaN)) return barsOf(first, rows, series, m);
  return withTarget({ kind: "lines", at, timed: true, running: panel.figure.running ?? false, ...split(series) }, panel, m);
}

const split = (series: Series[]): { own: Series[]; goals: Series[] } => ({
  own: series.filter(({ column }) => !column.goal),
  goals: series.filter(({ column }) => column.goal),
});

function trendOf(panel: PanelTile, m: Messages): Drawn {
  const values = panel.figure.trend;
  const column: Column = { key: "", title: "", decimals: panel.figure.decimals, goal: false };
  const own = [{ column, name: m.text(panel.title), values }];
  const at = values.map((_, i) => i);
  return withTarget({ kind: "lines", at, timed: false, running: panel.figure.running ?? false, own, goals: [] }, panel, m);
}

/** A figure's target is a line to be measured against, unless its rows bring such a line themselves. */
function withTarget(lines: Extract<Drawn, { kind: "lines" }>, panel: PanelTile, m: Messages): Drawn {
  const { target, decimals } = panel.figure;
  if (target === null || lines.goals.length > 0) return lines;
  const column: Column = { key: "target", title: "", decimals, goal: true };
  return { ...lines, goals: [{ column, name: m.t("target"), values: lines.at.map(() => target) }] };
}

/** Bars of the first series; what is nought or unknown has no bar and takes no line. */
function barsOf(first: Column, rows: readonly Row[], series: Series[], m: Messages): Drawn {
  const one = split(series).own[0];
  const kept = rows.map((row, i) => ({ name: m.text(row[first.key] as never), value: one?.values[i] ?? null })).filter(({ value }) => value);
  const column = one?.column ?? { ...first, goal: false };
  return { kind: "bars", names: kept.map(({ name }) => name), own: { column, name: one?.name ?? "", values: kept.map(({ value }) => value) } };
}
