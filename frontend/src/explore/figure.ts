import type { Figure } from "plotly.js-cartesian-dist-min";

import { FONT, lineColours, ramp, token } from "./tokens";
import type { ChartData, Series } from "./types";

/** A chart as Plotly wants it, from the rows of the table. No number is computed here. */

const DASHES = ["solid", "dash"];
const MARKS = ["circle", "square", "diamond", "triangle-up", "x", "star"];
/** Space between the parts of a chart that has several units of measurement. */
const GAP = 0.09;
/** Letters of a heading on the slanted axis below, and of a name beside a heat map. */
const LONGEST = 26;

const short = (text: string, most = LONGEST): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

interface Group {
  measure: string;
  series: Series[];
}

/** Rows by unit of measurement: each unit has an axis of its own. */
export function groupsOf(series: readonly Series[]): Group[] {
  const groups = new Map<string, Series[]>();
  for (const one of series) groups.set(one.measure, [...(groups.get(one.measure) ?? []), one]);
  return [...groups].map(([measure, found]) => ({ measure, series: found }));
}

const axisName = (letter: "x" | "y", n: number): string => `${letter}${n === 0 ? "" : String(n + 1)}`;
const layoutName = (letter: "x" | "y", n: number): string => `${letter}axis${n === 0 ? "" : String(n + 1)}`;

/** Where the n-th of `count` parts stands, from the top, as shares of the height. */
export function domainOf(n: number, count: number): [number, number] {
  const height = (1 - GAP * (count - 1)) / count;
  const top = 1 - n * (height + GAP);
  return [Math.max(0, top - height), top];
}

function lines(chart: ChartData, one: Series, n: number, part: number): Record<string, unknown> {
  const colours = lineColours();
  const row = one.beside ?? n;
  const colour = colours[row % colours.length];
  const round = one.beside === undefined ? Math.floor(n / colours.length) : 1;
  return {
    type: "scatter",
    mode: "lines+markers",
    name: one.name,
    x: chart.columns,
    y: one.values,
    text: one.texts,
    yaxis: axisName("y", part),
    connectgaps: false,
    line: { color: colour, width: 2.5, dash: DASHES[round % DASHES.length] },
    marker: { color: colour, size: 7, symbol: `${MARKS[row % MARKS.length] ?? "circle"}${one.beside === undefined ? "" : "-open"}` },
    hovertemplate: `%{x}<br>%{text} ${one.measure}<extra>${short(one.name, 40)}</extra>`,
  };
}

function bars(chart: ChartData, one: Series, n: number, part: number): Record<string, unknown> {
  const colours = lineColours();
  return {
    type: "bar",
    name: one.name,
    x: chart.columns,
    y: one.values,
    text: one.texts,
    textposition: chart.columns.length * chart.series.length <= 16 ? "outside" : "none",
    cliponaxis: false,
    yaxis: axisName("y", part),
    marker: {
      color: colours[n % colours.length],
      pattern: { shape: n < colours.length ? "" : "/", solidity: 0.3 },
    },
    hovertemplate: `%{x}<br>%{text} ${one.measure}<extra>${short(one.name, 40)}</extra>`,
  };
}

function heat(chart: ChartData, { series, measure }: Group, part: number, alone: boolean): Record<string, unknown> {
  const rows = [...series].reverse();
  const colours = ramp();
  const scale = chart.scales[measure] ?? [];
  return {
    type: "heatmap",
    x: chart.columns,
    y: rows.map(({ name }) => name),
    z: rows.map(({ tones }) => tones ?? []),
    zmin: 0.5,
    zmax: 5.5,
    text: rows.map(({ texts }) => texts),
    yaxis: axisName("y", part),
    xgap: 1,
    ygap: 1,
    colorscale: colours.flatMap((colour, n) => [
      [n / colours.length, colour],
      [(n + 1) / colours.length, colour],
    ]),
    showscale: alone,
    colorbar: {
      thickness: 12,
      len: 260,
      lenmode: "pixels",
      y: 1,
      yanchor: "top",
      tickvals: scale.map(({ tone }) => tone),
      ticktext: scale.map(({ text }) => text),
      title: { text: measure, side: "top" },
    },
    hoverongaps: false,
    hovertemplate: `%{y}<br>%{x}<br>%{text} ${measure}<extra></extra>`,
  };
}

const tickFormat = (decimals: number): string => `,.${decimals}~f`;

function valueAxis(chart: ChartData, group: Group, domain: [number, number]): Record<string, unknown> {
  const titled = { title: { text: group.measure, standoff: 6 }, gridcolor: token("line"), zerolinecolor: token("line-strong") };
  return chart.kind === "heat"
    ? { domain, automargin: true, ticktext: [...group.series].reverse().map(({ name }) => short(name)), tickvals: [...group.series].reverse().map(({ name }) => name) }
    : { ...titled, domain, automargin: true, tickformat: tickFormat(chart.decimals), rangemode: chart.kind === "bar" ? "tozero" : "normal" };
}

/** The whole figure. In a `file` the title and the source are drawn in: a picture travels alone. */
export function figureOf(chart: ChartData, file: boolean): Figure {
  const groups = groupsOf(chart.series);
  const heats = chart.kind === "heat";
  const draw = chart.kind === "bar" ? bars : lines;
  const data = groups.flatMap((group, part) =>
    heats
      ? [heat(chart, group, part, groups.length === 1)]
      : group.series.map((one) => draw(chart, one, chart.series.indexOf(one), part)),
  );
  const layout: Record<string, unknown> = {
    separators: chart.signs,
    paper_bgcolor: token("surface"),
    plot_bgcolor: token("surface"),
    font: { family: FONT, size: 13, color: token("ink") },
    margin: file ? { l: 70, r: 30, t: 70, b: 90, pad: 4 } : { l: 8, r: 12, t: 12, b: 8, pad: 4 },
    showlegend: !heats && chart.series.length > 1,
    legend: { orientation: "h", y: -0.02, yref: "paper", yanchor: "top", x: 0, font: { size: 12 } },
    barmode: "group",
    hovermode: "closest",
    xaxis: {
      type: "category",
      automargin: true,
      anchor: axisName("y", heats ? 0 : groups.length - 1),
      gridcolor: token("line"),
      side: heats ? "top" : "bottom",
      ...(chart.columns.some((text) => text.length > LONGEST) ? { tickvals: chart.columns, ticktext: chart.columns.map((text) => short(text)) } : {}),
    },
  };
  groups.forEach((group, part) => {
    layout[layoutName("y", part)] = valueAxis(chart, group, domainOf(part, groups.length));
  });
  if (!heats && chart.series.length > 1) layout.legend = { orientation: "h", yanchor: "bottom", y: 1.02, x: 0, font: { size: 12 } };
  if (file) Object.assign(layout, lettering(chart));
  return { data, layout, config: { displayModeBar: false, responsive: true, locale: "en" } };
}

function lettering(chart: ChartData): Record<string, unknown> {
  return {
    title: { text: chart.title, x: 0.01, xanchor: "left", font: { size: 18 } },
    annotations: [
      { text: chart.facts.join(" · "), showarrow: false, xref: "paper", yref: "paper", x: 0, y: 0, yshift: -76, xanchor: "left", font: { size: 11, color: token("ink-2") } },
    ],
  };
}
