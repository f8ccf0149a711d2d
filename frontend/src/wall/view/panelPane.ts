import { html, nothing, type TemplateResult } from "lit-html";

import { formatNumber } from "../format";
import { type Freshness, freshnessOf, tileOf } from "../select";
import type { PanelTile, TilePlace } from "../types";
import { age, type Context } from "./context";
import { lost, noFigure } from "./noFigure";
import { alarmOf, keyOf, markOf, word } from "./tiles";

export type Body = (ctx: Context, panel: PanelTile, name: string) => TemplateResult;

/** A chart, list, table or picture of a panel: a head with title, figure and age, and below it what `body` draws. */
export function panelPane(ctx: Context, place: TilePlace, body: Body): TemplateResult {
  const panel = tileOf(ctx.panels.values(), place);
  const freshness = freshnessOf(place, panel, ctx.now);
  const name = [place.monitor, place.panel].join("/");
  const has = panel && (freshness === "fresh" || freshness === "stale");
  return html`<div class="panel ${freshness} ${panel?.held ? "held" : ""}" data-sev=${alarmOf(panel, freshness) ?? nothing} data-panel=${name}>
    ${head(ctx, place, panel, freshness)} ${has ? body(ctx, panel, name) : empty(ctx, panel, freshness)}
  </div>`;
}

function head(ctx: Context, place: TilePlace, panel: PanelTile | undefined, freshness: Freshness): TemplateResult {
  const title = ctx.m.text(place.title ?? panel?.title);
  const key = panel && keyOf(ctx, panel);
  return html`<header class="told">
    <h2>
      ${key
        ? html`<button
            type="button"
            class="why"
            aria-haspopup="dialog"
            @click=${() => {
              ctx.actions.open({ kind: "panel", key });
            }}
          >
            ${title}
          </button>`
        : title}
    </h2>
    ${markOf(panel, freshness)}
    <p class="cap">${panel ? caption(ctx, panel, freshness) : nothing}</p>
  </header>`;
}

/** The figure with what it counts, what it should be, and how old it is. */
function caption(ctx: Context, panel: PanelTile, freshness: Freshness): TemplateResult {
  const { m } = ctx;
  const { value, decimals, unit, target, target_text: text, as_of: asOf } = panel.figure;
  if (freshness === "silent" || value === null) {
    return html`${panel.silent_since ? html`<span class="age">${age(ctx, panel.silent_since)}</span>` : nothing}`;
  }
  const goal = text ? m.text(text) : target === null ? "" : m.t("target {value}", { value: target });
  return html`${word(ctx, panel, freshness === "stale")}<b class="num">${formatNumber(value, m.language, decimals)}</b> ${m.text(
      unit,
    )}${goal ? html`<span class="goal"> · ${goal}</span>` : nothing}${asOf
      ? html` · <span class="age">${age(ctx, asOf)}</span>`
      : nothing}`;
}

/** No figure: since when, and why. */
function empty(ctx: Context, panel: PanelTile | undefined, freshness: Freshness): TemplateResult {
  if (!panel || freshness !== "silent") return html`<p class="none">${noFigure(ctx, panel)}</p>`;
  return html`<div class="lost">${lost(ctx, panel)}</div>`;
}
