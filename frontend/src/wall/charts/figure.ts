import type { Figure } from "plotly.js-cartesian-dist-min";

import { formatNumber } from "../format";
import type { Messages } from "../messages";
import type { CellValue, Column, PanelTile, Row } from "../types";
import { ticksOf } from "./ticks";

/** Colours and sizes of now: the style sheet's tokens in what Plotly understands. */
export interface Look {
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  goal: string;
  font: string;
  figures: string;
  /** Pixels of a rem. */
  rem: number;
  /** Pixels of the smallest text. */
  text: number;
  width: number;
  height: number;
}

interface Series {
  column: Column;
  name: string;
  values: (number | null)[];
}

const numberOf = (value: CellValue | undefined): number | null => (typeof value === "number" ? value : null);

/** Instants along the axis make lines; names make bars. Without rows the figure's own trend is the line. */
export function figureOf(panel: PanelTile, m: Messages, look: Look): Figure {
  const { rows = [], columns = [] } = panel;
  const [first, ...rest] = columns;
  if (!first || rows.length === 0) return trendOf(panel, m, look);
  const series = rest.map((column) => ({ column, name: m.text(column.title), values: rows.map((row) => numberOf(row[column.key])) }));
  const isTime = rows.every((row) => typeof row[first.key] === "string" && !Number.isNaN(Date.parse(row[first.key] as string)));
  return isTime ? linesOf(rows.map((row) => Date.parse(row[first.key] as string)), series, panel, m, look) : barsOf(first, rows, series, m, look);
}

function base(look: Look, margin: Record<string, number>): Record<string, unknown> {
  return {
    width: look.width,
    height: look.height,
    autosize: false,
    separators: ",.",
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: look.font, size: look.text, color: look.ink2 },
    margin: { t: 0.8 * look.rem, pad: 0.4 * look.rem, ...margin },
    showlegend: false,
    dragmode: false,
    hovermode: false,
  };
}

const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false };

function trendOf(panel: PanelTile, m: Messages, look: Look): Figure {
  const values = panel.figure.trend;
  const column: Column = { key: "", title: "", decimals: panel.figure.decimals, goal: false };
  return linesOf(values.map((_, i) => i), [{ column, name: "", values }], panel, m, look, false);
}

function linesOf(at: number[], series: Series[], panel: PanelTile, m: Messages, look: Look, timed = true): Figure {
  const goals = series.filter(({ column }) => column.goal);
  const own = series.filter(({ column }) => !column.goal);
  const { target, decimals } = panel.figure;
  if (goals.length === 0 && target !== null) {
    const column: Column = { key: "target", title: "", decimals, goal: true };
    goals.push({ column, name: m.t("target"), values: at.map(() => target) });
  }
  const rank = own.length > 1 ? "one" : "main";
  const labels = [
    ...own.map((one) => endLabel(one, at, rank, m, look)),
    ...goals.map((one) => endLabel(one, at, "goal", m, look)),
  ].filter((label) => label !== null);
  const widest = Math.max(2, ...labels.map(({ text, size }) => text.length * size * 0.58));
  const ticks = timed ? ticksOf(at, m.language, Math.max(2, Math.floor(look.width / (9 * look.text)))) : null;
  return {
    data: [
      ...goals.map(({ values }) => trace(at, values, { color: look.goal, width: 0.15 * look.rem, dash: "dash" })),
      ...own.map(({ values }, i) => trace(at, values, { color: i === 0 ? look.ink : look.ink3, width: (i === 0 ? 0.3 : 0.2) * look.rem })),
      ...own.map(({ values }, i) => lastPoint(at, values, i === 0 ? look.ink : look.ink3, look)),
    ],
    layout: {
      ...base(look, { l: 5.2 * look.text * 0.62, r: widest + look.rem, b: timed ? 1.9 * look.text : 0.6 * look.rem }),
      xaxis: {
        showgrid: false,
        zeroline: false,
        fixedrange: true,
        color: look.ink3,
        ...(ticks ? { tickvals: ticks.map((tick) => tick.at), ticktext: ticks.map((tick) => tick.text) } : { showticklabels: false }),
      },
      yaxis: { gridcolor: look.line, zeroline: false, fixedrange: true, color: look.ink3, nticks: 6, tickfont: { family: look.figures } },
      annotations: spread(labels, look).map(({ note, shift }) => ({ ...note, yshift: shift })),
    },
    config: CONFIG,
  };
}

const trace = (x: number[], y: (number | null)[], line: Record<string, unknown>): Record<string, unknown> => ({
  type: "scatter",
  mode: "lines",
  x,
  y,
  line,
  connectgaps: false,
});

const lastOf = (values: readonly (number | null)[]): number => values.reduce<number>((last, value, i) => (value === null ? last : i), -1);

function lastPoint(at: number[], values: (number | null)[], color: string, look: Look): Record<string, unknown> {
  const i = lastOf(values);
  const point = i < 0 ? [[], []] : [[at[i]], [values[i]]];
  return { type: "scatter", mode: "markers", x: point[0], y: point[1], marker: { color, size: 0.9 * look.rem } };
}

interface Label {
  text: string;
  y: number;
  size: number;
  /** How Plotly is told of it. */
  note: Record<string, unknown>;
}

/** The last value at the end of its line; a goal, or one line of several, with its name. */
function endLabel(one: Series, at: number[], rank: "main" | "one" | "goal", m: Messages, look: Look): Label | null {
  const y = one.values[lastOf(one.values)] ?? null;
  if (y === null) return null;
  const figure = formatNumber(y, m.language, one.column.decimals ?? undefined);
  const text = { main: figure, one: `${figure} ${one.name}`, goal: one.name }[rank];
  const size = rank === "main" ? 1.5 * look.text : look.text;
  const font = rank === "main" ? { size, color: look.ink, family: look.figures } : { size, color: look.ink2, family: look.font };
  const note = { x: at.at(-1), y, text: rank === "main" ? `<b>${text}</b>` : text, xanchor: "left", xshift: look.rem, showarrow: false, font };
  return { text, y, size, note };
}

/** Labels that would stand on each other are moved apart, by as much as their own height. */
function spread(labels: Label[], look: Look): (Label & { shift: number })[] {
  const values = labels.map(({ y }) => y);
  const range = Math.max(...values) - Math.min(...values) || 1;
  const ordered = [...labels].sort((a, b) => b.y - a.y);
  let floor = -Infinity;
  return ordered.map((label) => {
    const wanted = (((ordered[0]?.y ?? 0) - label.y) / range) * look.height * 0.6;
    const top = Math.max(wanted, floor);
    floor = top + label.size * 1.2;
    return { ...label, shift: wanted - top };
  });
}

/** Bars from the largest at the top as the panel orders them, each with its value at its end. */
function barsOf(first: Column, rows: readonly Row[], series: Series[], m: Messages, look: Look): Figure {
  const own = series.filter(({ column }) => !column.goal).slice(0, 1);
  const names = rows.map((row) => m.text(row[first.key] as never));
  const fitting = Math.max(1, Math.floor(look.height / (1.9 * look.text)));
  const kept = names.slice(0, fitting);
  return {
    data: own.map(({ column, values }) => ({
      type: "bar",
      orientation: "h",
      y: kept.map((_, i) => i),
      x: values.slice(0, fitting),
      marker: { color: look.ink2 },
      width: 0.62,
      text: values.slice(0, fitting).map((value) => (value === null ? "\u2013" : formatNumber(value, m.language, column.decimals ?? undefined))),
      textposition: "outside",
      cliponaxis: false,
      textfont: { family: look.figures, color: look.ink, size: look.text },
    })),
    layout: {
      ...base(look, { l: Math.min(look.width * 0.42, 0.6 * look.text * Math.max(...kept.map((name) => name.length))), r: 4 * look.text, b: 0.6 * look.rem }),
      xaxis: { visible: false, fixedrange: true, rangemode: "tozero" },
      yaxis: { autorange: "reversed", tickvals: kept.map((_, i) => i), ticktext: kept, fixedrange: true, color: look.ink2, ticks: "" },
    },
    config: CONFIG,
  };
}
