import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { styleMap } from "lit-html/directives/style-map.js";

import { formatNumber, keyFigure } from "../format";
import { type Freshness, freshnessOf, tileOf } from "../select";
import { SEVERITY_WORD } from "../strings";
import type { Cell, PanelTile, Severity } from "../types";
import { age, type Context } from "./context";
import { icon, shape } from "./glyphs";
import { lost, noFigure } from "./noFigure";
import type { Placed } from "./places";
import { spark } from "./spark";

/** A key figure in its place, which it keeps: memory of place is faster than reading. */
export function tile(ctx: Context, cell: Cell, place: Placed): TemplateResult {
  const panel = tileOf(ctx.panels.values(), cell);
  const freshness = freshnessOf(cell, panel, ctx.now);
  const classes = ["tile at", freshness, panel?.held ? "held" : "", place.size].join(" ");
  return html`<article class=${classes} style=${styleMap(place.area)} data-sev=${alarmOf(panel, freshness) ?? nothing} data-monitor=${cell.monitor ?? nothing}>
    ${head(ctx, cell, panel, freshness)} ${body(ctx, cell, panel, freshness)}
  </article>`;
}

function head(ctx: Context, cell: Cell, panel: PanelTile | undefined, freshness: Freshness): TemplateResult {
  const name = ctx.m.text(cell.title);
  const key = panel && freshness !== "waiting" ? keyOf(ctx, panel) : null;
  const title = html`<span class="name" title=${name}>${name}</span>`;
  const mark = markOf(panel, freshness);
  if (key === null) return html`<h2>${title}${mark}</h2>`;
  return html`<h2>
    <button
      type="button"
      class="why"
      aria-haspopup="dialog"
      @click=${() => {
        ctx.actions.open({ kind: "panel", key });
      }}
    >
      ${title}
    </button>
    ${mark}
  </h2>`;
}

/** The severity that a tile shows: an old figure raises no alarm. */
export const alarmOf = (panel: PanelTile | undefined, freshness: Freshness): Severity | null =>
  freshness === "fresh" ? (panel?.severity ?? null) : null;

export const markOf = (panel: PanelTile | undefined, freshness: Freshness): TemplateResult =>
  freshness === "fresh" ? shape(panel?.severity ?? "normal", panel?.held) : icon(freshness);

export function keyOf(ctx: Context, panel: PanelTile): string | null {
  for (const [key, one] of ctx.panels) if (one === panel) return key;
  return null;
}

function body(ctx: Context, cell: Cell, panel: PanelTile | undefined, freshness: Freshness): TemplateResult {
  if (!panel || freshness === "absent" || freshness === "waiting") return empty(ctx, panel, freshness);
  return freshness === "silent" ? silent(ctx, panel) : figure(ctx, cell, panel, freshness === "stale");
}

/** No invented number: a cell without one says why. */
function empty(ctx: Context, panel: PanelTile | undefined, freshness: Freshness): TemplateResult {
  const { m } = ctx;
  const words = freshness === "absent" ? m.t("not deployed yet") : noFigure(ctx, panel);
  return html`<div class="fig"><span class="nothing">${words}</span></div>
    <div class="foot"><span class="clip">${m.text(panel?.title)}</span></div>`;
}

function silent(ctx: Context, panel: PanelTile): TemplateResult {
  const { m } = ctx;
  return html`<div class="fig">${lost(ctx, panel)}</div>
    <div class="foot">
      <span class="clip">${m.text(panel.title)}</span>
      <span class="age">${panel.silent_since ? age(ctx, panel.silent_since) : nothing}</span>
    </div>`;
}

function figure(ctx: Context, cell: Cell, panel: PanelTile, stale: boolean): TemplateResult {
  const { m } = ctx;
  const { value, decimals, target, trend, running, as_of: asOf } = panel.figure;
  const shown = keyFigure(value ?? 0, decimals, m.language);
  const words = [shown.scale ? m.t(shown.scale) : "", shortUnit(ctx, panel)].filter(Boolean).join(" ");
  const text = keyed(shown.text, html`<span class="num swap">${shown.text}</span>`);
  return html`<div class="fig">
      <span class="value">${text}${words ? html`<span class="unit">${words}</span>` : nothing}</span>
    </div>
    <div class="foot">
      ${counts(ctx, cell, panel, stale)}
      <span class="age">${asOf ? age(ctx, asOf) : nothing}</span>
    </div>
    ${spark(trend, target, running)}`;
}

export function word({ m }: Context, panel: PanelTile, stale: boolean): TemplateResult | typeof nothing {
  if (stale) return html`<b>${m.t("Old figure")}</b> · `;
  if (!panel.severity) return nothing;
  return html`<b class="t-${panel.severity}">${m.t(SEVERITY_WORD[panel.severity])}</b> · `;
}

/** Letters of a unit that stands beside its figure; a longer one goes into the line below. */
const SHORT = 7;

function shortUnit({ m }: Context, panel: PanelTile): string {
  const unit = m.text(panel.figure.unit);
  return unit.length <= SHORT ? unit : "";
}

function goalOf({ m }: Context, panel: PanelTile): string {
  const { target, target_text: text } = panel.figure;
  if (text) return m.text(text);
  return target === null ? "" : m.t("target {value}", { value: formatNumber(target, m.language) });
}

function whatOf({ m }: Context, cell: Cell, panel: PanelTile): string {
  const { short, unit } = panel.figure;
  if (short) return m.text(short);
  const title = m.text(panel.title);
  const long = m.text(unit);
  return [long.length > SHORT ? long : "", title === m.text(cell.title) ? "" : title].filter(Boolean).join(" · ");
}

/** What the figure counts and what it should be; the latter is left to "Vì sao?" where both don't fit (`fitCounts`). */
function counts(ctx: Context, cell: Cell, panel: PanelTile, stale: boolean): TemplateResult {
  const { m } = ctx;
  const goal = goalOf(ctx, panel);
  const what = whatOf(ctx, cell, panel);
  const both = [what, m.text(panel.figure.target_text) || goal].filter(Boolean).join(" · ");
  return html`<span class="counts clip" title=${both}
    >${word(ctx, panel, stale)}${what}<span class=${what ? "goal" : ""}>${what && goal ? " · " : ""}${goal}</span></span
  >`;
}
