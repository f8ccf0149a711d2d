import type { Figure } from "plotly.js-cartesian-dist-min";

import { formatNumber } from "../format";
import type { Messages } from "../messages";
import type { PanelTile } from "../types";
import { type Drawn, type Series, seriesOf, SHORT_NAME } from "./series";
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

const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false };

/** Separators of decimals and thousands. */
const SEPARATORS = { vi: ",.", en: ".," } as const;

export function figureOf(panel: PanelTile, m: Messages, look: Look): Figure {
  const drawn = seriesOf(panel, m);
  return drawn.kind === "bars" ? barsOf(drawn, m, look) : linesOf(drawn, m, look);
}

const base = (m: Messages, look: Look, margin: Record<string, number>): Record<string, unknown> => ({
  width: look.width,
  height: look.height,
  autosize: false,
  separators: SEPARATORS[m.language],
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { family: look.font, size: look.text, color: look.ink2 },
  margin: { t: 1.2 * look.rem, pad: 0.4 * look.rem, ...margin },
  showlegend: false,
  dragmode: false,
  hovermode: false,
});

/** Most letters of a number along the axis. */
const widthOfTicks = (series: readonly Series[], m: Messages): number =>
  Math.max(3, ...series.flatMap(({ values }) => values.map((value) => formatNumber(value ?? 0, m.language, 0).length + 1)));

function linesOf({ at, timed, running, own, goals }: Extract<Drawn, { kind: "lines" }>, m: Messages, look: Look): Figure {
  const labels = [
    ...own.map((one, i) => {
      const soFar = i === 0 && isRunning(one.values, running) ? m.t("so far") : "";
      return endLabel(one, at, own.length === 1 ? "main" : i === 0 ? "first" : "other", soFar, m, look);
    }),
    ...goals.filter(({ name }) => name.length <= SHORT_NAME).map((one) => endLabel(one, at, "goal", "", m, look)),
  ].filter((label) => label !== null);
  const widest = Math.max(2, ...labels.map(({ text, size, soFar }) => Math.max(text.length * size, soFar.length * look.text) * 0.6));
  const ticks = ticksOf(timed ? at : [], Math.max(2, Math.floor(look.width / (9 * look.text))));
  const colours = [look.ink, look.ink3];
  return {
    data: [
      ...goals.map(({ values }) => trace(at, values, { color: look.goal, width: 0.15 * look.rem, dash: "dash" })),
      ...own.flatMap(({ values }, i) => course(at, values, running, { color: colours[i] ?? look.ink3, width: (i === 0 ? 0.3 : 0.2) * look.rem })),
      ...own.map(({ values }, i) => lastPoint(at, values, running, colours[i] ?? look.ink3, look)),
    ],
    layout: {
      ...base(m, look, {
        l: (widthOfTicks([...own, ...goals], m) * 0.62 + 1) * look.text,
        r: widest + 1.6 * look.rem,
        b: timed ? 2 * look.text : 0.8 * look.rem,
      }),
      xaxis: {
        showgrid: false,
        zeroline: false,
        fixedrange: true,
        color: look.ink3,
        showticklabels: timed,
        tickvals: ticks.map((tick) => tick.at),
        ticktext: ticks.map((tick) => tick.text),
      },
      yaxis: {
        gridcolor: look.line,
        zeroline: false,
        fixedrange: true,
        color: look.ink3,
        nticks: Math.max(3, Math.min(7, Math.floor(look.height / (3 * look.text)))),
        tickformat: ",.2~f",
        tickfont: { family: look.figures },
      },
      annotations: spread(labels, rangeOf([...own, ...goals]), look).map(({ note, shift }) => ({ ...note, yshift: shift })),
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

/** A series' line; what is not over yet is dotted, for it will still move. */
function course(at: number[], values: (number | null)[], running: boolean, line: Record<string, unknown>): Record<string, unknown>[] {
  const end = values.length - 1;
  if (!isRunning(values, running)) return [trace(at, values, line)];
  return [trace(at.slice(0, end), values.slice(0, end), line), trace(at.slice(end - 1), values.slice(end - 1), { ...line, dash: "dot" })];
}

/** Whether the last point is known and its span not over. */
const isRunning = (values: readonly (number | null)[], running: boolean): boolean => running && (values.at(-1) ?? null) !== null;

const lastOf = (values: readonly (number | null)[]): number => values.reduce<number>((last, value, i) => (value === null ? last : i), -1);

function lastPoint(at: number[], values: (number | null)[], running: boolean, color: string, look: Look): Record<string, unknown> {
  const i = lastOf(values);
  const [x, y] = i < 0 ? [[], []] : [[at[i]], [values[i]]];
  const symbol = isRunning(values, running) ? "circle-open" : "circle";
  return { type: "scatter", mode: "markers", x, y, marker: { color, symbol, size: 0.9 * look.rem, line: { width: 0.2 * look.rem } } };
}

interface Label {
  text: string;
  /** The line below it, where the value is not final. */
  soFar: string;
  y: number;
  size: number;
  /** How Plotly is told of it. */
  note: Record<string, unknown>;
}

/** How a label is written, by what it stands at. */
const RANKS = {
  main: { bold: true, large: 1.5, named: false },
  first: { bold: true, large: 1, named: false },
  other: { bold: false, large: 1, named: false },
  goal: { bold: false, large: 1, named: true },
} as const;

/** The last value at the end of its line, larger where it is the only one; a goal has its name there. */
function endLabel(one: Series, at: number[], rank: keyof typeof RANKS, soFar: string, m: Messages, look: Look): Label | null {
  const i = lastOf(one.values);
  const y = one.values[i] ?? null;
  if (y === null) return null;
  const { bold, large, named } = RANKS[rank];
  const words = named ? one.name : formatNumber(y, m.language, one.column.decimals ?? undefined);
  const size = large * look.text;
  const font = { size, color: bold ? look.ink : look.ink2, family: named ? look.font : look.figures };
  const text = (bold ? `<b>${words}</b>` : words) + below(soFar, look);
  const note = { x: at[i], y, text, align: "left", xanchor: "left", xshift: look.rem, showarrow: false, font };
  return { text: words, soFar, y, size: soFar ? 2 * size : size, note };
}

const below = (words: string, look: Look): string =>
  words && `<br><span style="font-size:${look.text}px;font-family:${look.font};color:${look.ink2}">${words}</span>`;

/** What the axis spans, at least about. */
function rangeOf(series: readonly Series[]): number {
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  return Math.max(...values) - Math.min(...values) || 1;
}

/** Labels that would stand on each other are moved apart, by as much as their own height. */
function spread(labels: Label[], range: number, look: Look): (Label & { shift: number })[] {
  const ordered = [...labels].sort((a, b) => b.y - a.y);
  let floor = -Infinity;
  return ordered.map((label) => {
    const wanted = (((ordered[0]?.y ?? 0) - label.y) / range) * look.height * 0.75;
    const top = Math.max(wanted, floor);
    floor = top + label.size * 1.2;
    return { ...label, shift: wanted - top };
  });
}

/** A name in at most two lines of so many letters, broken between words: names of agencies are not cut. */
export function inTwoLines(name: string, letters: number): string {
  if (name.length <= letters) return name;
  const half = name.length / 2;
  const breaks = [...name.matchAll(/ /g)].map(({ index }) => index);
  const at = breaks.sort((a, b) => Math.abs(a - half) - Math.abs(b - half))[0];
  return at === undefined ? name : `${name.slice(0, at)}<br>${name.slice(at + 1)}`;
}

/** Bars from the top in the order the panel gives them, each with its value at its end. */
function barsOf({ names, own }: Extract<Drawn, { kind: "bars" }>, m: Messages, look: Look): Figure {
  const room = Math.max(1, Math.floor((look.height - 2 * look.rem) / (1.9 * look.text)));
  const letters = Math.floor((look.width * 0.4) / (0.58 * look.text));
  const kept = names.slice(0, room).map((name) => inTwoLines(name, letters));
  const longest = Math.max(8, ...kept.flatMap((name) => name.split("<br>")).map((line) => line.length));
  const values = own.values.slice(0, room);
  const places = kept.map((_, i) => i);
  // A few bars stay as thick as many would be.
  const lines = Math.max(room * 0.8, kept.length);
  return {
    data: [
      {
        type: "bar",
        orientation: "h",
        y: places,
        x: values,
        width: 0.62,
        marker: { color: look.ink2 },
        text: values.map((value) => `<b>${formatNumber(value ?? 0, m.language, own.column.decimals ?? undefined)}</b>`),
        textposition: "outside",
        cliponaxis: false,
        textfont: { family: look.figures, color: look.ink, size: 1.1 * look.text },
      },
    ],
    layout: {
      ...base(m, look, {
        l: Math.min(look.width * 0.5, 0.58 * look.text * longest + look.rem),
        r: 5 * look.text,
        b: 0.8 * look.rem,
      }),
      xaxis: { visible: false, fixedrange: true, rangemode: "tozero" },
      yaxis: { range: [lines - 0.5, -0.5], tickvals: places, ticktext: kept, fixedrange: true, color: look.ink2, ticks: "", showgrid: false, zeroline: false },
    },
    config: CONFIG,
  };
}
