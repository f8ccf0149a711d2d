import { html, type TemplateResult } from "lit-html";

import type { PanelTile } from "../types";
import type { Context } from "./context";

/** The place of a chart; `charts/charts.ts` draws into it once Plotly is here. */
export const chartBody = ({ m }: Context, panel: PanelTile, name: string): TemplateResult =>
  html`<div class="plot" data-plot=${name} role="img" aria-label=${m.text(panel.title)}></div>`;
