import { html, nothing, type TemplateResult } from "lit-html";

import { seriesOf, SHORT_NAME } from "../charts/series";
import { formatNumber } from "../format";
import type { PanelTile } from "../types";
import type { Context } from "./context";

/** The place of a chart, and which line is which; `charts/charts.ts` draws into it once Plotly is here. */
export const chartBody = (ctx: Context, panel: PanelTile, name: string): TemplateResult =>
  html`${key(ctx, panel)}
    <div class="plot" data-plot=${name} role="img" aria-label=${said(ctx, panel)}></div>`;

function key({ m }: Context, panel: PanelTile): TemplateResult | typeof nothing {
  const drawn = seriesOf(panel, m);
  if (drawn.kind === "bars") return nothing;
  const several = drawn.own.length > 1 ? drawn.own : [];
  const goals = drawn.goals.filter(({ name }) => name.length > SHORT_NAME);
  if (several.length + goals.length === 0) return nothing;
  return html`<p class="key">
    ${several.map(({ name }, i) => html`<span class=${i === 0 ? "first" : "second"}>${name}</span>`)}
    ${goals.map(({ name }) => html`<span class="goal">${name}</span>`)}
  </p>`;
}

/** What a chart says to whoever does not see it: its title and the last value of each line, or each bar. */
function said({ m }: Context, panel: PanelTile): string {
  const drawn = seriesOf(panel, m);
  const number = (value: number | null | undefined): string => (value == null ? "\u2013" : formatNumber(value, m.language));
  const parts =
    drawn.kind === "bars"
      ? drawn.names.map((name, i) => `${name} ${number(drawn.own.values[i])}`)
      : [...drawn.own, ...drawn.goals].map(({ name, values }) => `${name} ${number(values.at(-1))}`);
  return [m.text(panel.title), ...parts].join(", ");
}
