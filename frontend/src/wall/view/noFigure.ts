import { html, type TemplateResult } from "lit-html";

import { formatMoment, formatNumber } from "../format";
import type { PanelTile } from "../types";
import type { Context } from "./context";
import { icon } from "./glyphs";

/** Nothing has come yet; or something has, and no figure follows from it. */
export function noFigure({ m, now }: Pick<Context, "m" | "now">, panel: PanelTile | undefined): string {
  const at = panel?.figure.as_of;
  return at ? m.t("no figure from what came at {time}", { time: formatMoment(at, now, m.language) }) : m.t("no data yet");
}

/** Its source is silent: the last figure, small and with its time. */
export function lost({ m, now }: Pick<Context, "m" | "now">, { last }: PanelTile): TemplateResult {
  const words = last
    ? m.t("last figure: {value} at {time}", {
        value: formatNumber(last.value, m.language),
        time: formatMoment(last.at, now, m.language),
      })
    : m.t("no figure yet");
  return html`${icon("silent")}
    <div><b>${m.t("Source lost")}</b> <span class="cap">${words}</span></div>`;
}
