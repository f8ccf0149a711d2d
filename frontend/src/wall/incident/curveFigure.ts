import type { Figure } from "plotly.js-cartesian-dist-min";

import type { Look } from "../charts/figure";
import { formatNumber, formatTime } from "../format";
import type { Messages } from "../messages";
import type { Severity } from "../types";
import { roundTicks } from "./ticks";
import type { Curve, Level } from "./types";

export interface CurveLook extends Look {
  accent: string;
  surface: string;
  strong: string;
  /** The severity's edge and the ink of its word. */
  edge: string;
  word: string;
  severity: Severity;
}

const SYMBOL: Record<Severity, string> = {
  critical: "square",
  high: "triangle-up",
  medium: "diamond",
  low: "circle",
  info: "circle",
};

interface Span {
  from: number;
  to: number;
  low: number;
  high: number;
}

type Point = [number, number];

const NOTE = { showarrow: false, xanchor: "left", yanchor: "middle" };

/** How the alert's figure went, its levels named at the right edge, and now as a line. `now` is the server's clock. */
export function curveFigure(curve: Curve, now: number, m: Messages, look: CurveLook): Figure {
  const at = curve.points.map((point) => Date.parse(point.at));
  const values = curve.points.map(({ value }) => value);
  const known = at.flatMap((one, i): Point[] => (values[i] == null ? [] : [[one, values[i]]]));
  const span = spanOf(curve, known, now);
  const levels = curve.lines.filter(({ value }) => value <= span.high);
  const labels = levels.map((line) => `${line.title} ${formatNumber(line.value, m.language)}`);
  const right = Math.max(4, ...labels.map((label) => label.length * 0.62)) * look.text + look.rem;
  const last = known.at(-1);
  const ticks = roundTicks(span.from, span.to, Math.max(2, Math.floor((look.width - right) / (5.5 * look.text))), m.language);
  return {
    data: [line(at, values, look), ...(last ? [mark(last, look)] : [])],
    layout: {
      width: look.width,
      height: look.height,
      autosize: false,
      separators: ",.",
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: look.font, size: look.text, color: look.ink2 },
      margin: { t: 2.4 * look.rem, r: right, b: 2.2 * look.text, l: 3.6 * look.text, pad: 0.4 * look.rem },
      showlegend: false,
      dragmode: false,
      hovermode: false,
      xaxis: {
        range: [span.from, span.to],
        showgrid: false,
        zeroline: false,
        fixedrange: true,
        color: look.ink3,
        tickvals: ticks.map((tick) => tick.at),
        ticktext: ticks.map((tick) => tick.text),
      },
      yaxis: {
        range: [span.low, span.high],
        gridcolor: look.line,
        zeroline: false,
        fixedrange: true,
        color: look.ink3,
        nticks: 8,
        tickfont: { family: look.figures },
      },
      shapes: [...levels.map((level) => levelLine(level, curve, span, look)), ...nowLine(now, span, look), ...gap(curve, last, span, look)],
      annotations: [
        unitNote(curve, look),
        ...levels.map((level, i) => levelNote(level, labels[i] ?? "", curve, look)),
        ...nowNote(now, span, m, look),
        ...(last ? lastNotes(curve, last, span, m, look) : []),
      ],
    },
    config: { staticPlot: true, displayModeBar: false, responsive: false },
  };
}

const HOUR = 3_600_000;
/** How long after the last value "now" is still drawn: an ended incident's curve ends with it. */
const LATER = 6 * HOUR;

/** From the first value to now, and from the lowest to the highest of values, levels below them and the next level. */
function spanOf(curve: Curve, known: readonly Point[], now: number): Span {
  const first: Point = known[0] ?? [now, 0];
  const last: Point = known.at(-1) ?? first;
  const end = Math.max(last[0], Math.min(now, last[0] + LATER));
  const heights = known.length > 0 ? known.map(([, value]) => value) : [0];
  const top = Math.max(...heights);
  const next = Math.min(...curve.lines.map(({ value }) => value).filter((value) => value > top));
  const levels = curve.lines.map(({ value }) => value).filter((value) => value <= top || value === next);
  const low = Math.min(...heights, ...levels);
  const high = Math.max(top, ...levels);
  const room = 0.1 * (high - low || 1);
  const floor = low < 0 ? low - room : Math.max(0, low - room);
  return { from: first[0], to: end + 0.03 * Math.max(end - first[0], HOUR), low: floor, high: high + 1.4 * room };
}

const line = (x: number[], y: (number | null)[], look: CurveLook): Record<string, unknown> => ({
  type: "scatter",
  mode: "lines",
  x,
  y,
  line: { color: look.ink, width: 0.35 * look.rem },
  connectgaps: false,
});

/** The newest value in its severity's shape. */
const mark = ([x, y]: Point, look: CurveLook): Record<string, unknown> => ({
  type: "scatter",
  mode: "markers",
  x: [x],
  y: [y],
  marker: {
    symbol: SYMBOL[look.severity],
    color: look.surface,
    size: 2 * look.rem,
    line: { color: look.edge, width: 0.35 * look.rem },
  },
});

const isReached = (level: Level, curve: Curve): boolean => level.value === curve.above?.value;

const levelLine = (level: Level, curve: Curve, span: Span, look: CurveLook): Record<string, unknown> => ({
  type: "line",
  layer: "below",
  x0: span.from,
  x1: span.to,
  y0: level.value,
  y1: level.value,
  line: isReached(level, curve)
    ? { color: look.edge, width: 0.25 * look.rem }
    : { color: look.strong, width: 0.2 * look.rem, dash: "dash" },
});

const levelNote = (level: Level, text: string, curve: Curve, look: CurveLook): Record<string, unknown> => ({
  ...NOTE,
  xref: "paper",
  x: 1,
  xshift: 0.8 * look.rem,
  y: level.value,
  text: `<b>${text}</b>`,
  font: { size: 1.1 * look.text, color: isReached(level, curve) ? look.word : look.ink2 },
});

const within = (now: number, span: Span): boolean => now >= span.from && now <= span.to;

const nowLine = (now: number, span: Span, look: CurveLook): Record<string, unknown>[] =>
  within(now, span)
    ? [{ type: "line", x0: now, x1: now, yref: "paper", y0: 0, y1: 1, line: { color: look.accent, width: 0.2 * look.rem } }]
    : [];

const nowNote = (now: number, span: Span, m: Messages, look: CurveLook): Record<string, unknown>[] =>
  within(now, span)
    ? [
        {
          ...NOTE,
          x: now,
          yref: "paper",
          y: 0.05,
          xanchor: "right",
          xshift: -0.8 * look.rem,
          text: `<b>${m.t("now {time}", { time: formatTime(new Date(now).toISOString(), m.language) })}</b>`,
          font: { size: 1.05 * look.text, color: look.accent },
        },
      ]
    : [];

const unitNote = (curve: Curve, look: CurveLook): Record<string, unknown> => ({
  ...NOTE,
  xref: "paper",
  x: 0,
  yref: "paper",
  y: 1,
  yshift: 1.4 * look.rem,
  text: curve.unit,
  font: { size: look.text, color: look.ink3 },
});

/** Share of the width that the margin's bracket stands left of the newest value, and how tall it must be to be drawn. */
const BESIDE = 0.02;
const TALL = 0.14;

const tallEnough = (curve: Curve, last: Point, span: Span): boolean =>
  curve.above !== null && (last[1] - curve.above.value) / (span.high - span.low) > TALL;

/** From the level up to the value: how far above it stands. */
function gap(curve: Curve, last: Point | undefined, span: Span, look: CurveLook): Record<string, unknown>[] {
  if (!last || !curve.above || !tallEnough(curve, last, span)) return [];
  const x = last[0] - BESIDE * (span.to - span.from);
  const tip = (last[1] - curve.above.value) * 0.06;
  const color = { color: look.edge, width: 0.2 * look.rem };
  return [{ type: "line", x0: x, x1: x, y0: curve.above.value + tip / 2, y1: last[1] - tip * 2, line: color }];
}

function lastNotes(curve: Curve, last: Point, span: Span, m: Messages, look: CurveLook): Record<string, unknown>[] {
  const figure = {
    ...NOTE,
    xanchor: "right",
    yanchor: "bottom",
    x: last[0],
    y: last[1],
    xshift: -1.6 * look.rem,
    text: `<b>${formatNumber(last[1], m.language, curve.decimals)}</b>`,
    font: { size: 4 * look.rem, color: look.ink, family: look.figures },
  };
  if (!curve.above || !tallEnough(curve, last, span)) return [figure];
  const over = {
    ...NOTE,
    xanchor: "right",
    x: last[0] - BESIDE * (span.to - span.from),
    xshift: -1 * look.rem,
    y: (last[1] + curve.above.value) / 2,
    text: `<b>+${formatNumber(last[1] - curve.above.value, m.language, curve.decimals)} ${curve.unit}</b>`,
    font: { size: 2.8 * look.rem, color: look.word },
  };
  return [figure, over];
}
