import plotly from "plotly.js-cartesian-dist-min";

import { figureOf } from "./figure";
import { onTheme } from "./tokens";
import type { ChartData } from "./types";

/** Draws the chart; loaded after the table is shown. */

const PIXELS = { width: 1280, height: 720, scale: 2 } as const;
/** Height of a row of a heat map, and of what stands around the rows. */
const [ROW, AROUND] = [17, 120];

/** Room for what is drawn: each unit of measurement needs a part, each row of a heat map a line. */
export function heightOf(chart: ChartData): number {
  if (chart.kind === "heat") return Math.max(320, chart.series.length * ROW + AROUND);
  const parts = new Set(chart.series.map(({ measure }) => measure)).size;
  return Math.max(380, parts * 230);
}

export async function drawChart(where: HTMLElement, chart: ChartData): Promise<() => Promise<string>> {
  const height = heightOf(chart);
  where.style.height = `${height}px`;
  const draw = (): Promise<unknown> => plotly.react(where, figureOf(chart, false));
  await draw();
  onTheme(() => void draw());
  return () => plotly.toImage(figureOf(chart, true), { format: "png", ...PIXELS, height: Math.max(PIXELS.height, height + 160) });
}
