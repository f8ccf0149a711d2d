import { html, nothing, type TemplateResult } from "lit-html";

import { isAttended } from "../config";
import { formatNumber } from "../format";
import { limits, toneOf } from "../map/classes";
import { hazardsOf } from "../map/hazard";
import { layerChooser, layerLegend } from "../map/layers/view";
import { freshnessOf, mapPanels } from "../select";
import { SEVERITY_WORD } from "../strings";
import { type PanelTile, SEVERITIES } from "../types";
import { age, type Context } from "./context";
import { icon, shape } from "./glyphs";

/** The panel whose values colour the map, with its key: the chosen one, the board's, or the one that says most now. */
export function mapPanel(ctx: Context): { key: string; panel: PanelTile } | null {
  const { panels, ui, config, incident } = ctx;
  if (incident) return null; // an incident's area is no place for another figure
  const chosen = ui.mapPanel === null ? undefined : panels.get(ui.mapPanel);
  const offered = mapPanels(panels.values());
  const place = config.layout.tiles.find(({ kind, panel }) => kind === "map" && panel !== null);
  const declared = place && offered.find(({ monitor, panel }) => monitor === place.monitor && panel === place.panel);
  const panel = chosen ?? declared ?? mostTelling(ctx, offered);
  if (!panel) return null;
  for (const [key, one] of panels) if (one === panel) return { key, panel };
  return null;
}

/**
 * The figure that the map opens with: of a monitor with a critical alert before others, of now rather than old, not the
 * same everywhere, of all communes rather than some. Only a critical alert changes what everybody is used to see.
 */
function mostTelling({ alerts, now }: Context, offered: readonly PanelTile[]): PanelTile | undefined {
  const critical = new Set(alerts.filter(({ severity }) => severity === "critical").map(({ monitor }) => monitor));
  const points = (panel: PanelTile): number =>
    [
      critical.has(panel.monitor),
      freshnessOf({ panel: panel.panel }, panel, now) === "fresh",
      mapLimits(panel).length > 1,
      (panel.elsewhere ?? null) !== null,
    ].reduce((sum, holds) => 2 * sum + Number(holds), 0);
  return offered.reduce<PanelTile | undefined>((best, one) => (best && points(best) >= points(one) ? best : one), undefined);
}

/** A map narrower than this part of the screen has a short heading. */
const SMALL = 2.6;

export const mapLimits = (panel: PanelTile): number[] => limits(Object.values(panel.values ?? {}));

/** Everything around the map; MapLibre itself draws into `.map`. */
export function mapPane(ctx: Context): TemplateResult {
  const { m, ui } = ctx;
  const coloured = mapPanel(ctx);
  const name = coloured ? m.text(coloured.panel.title) : "";
  return html`${heading(ctx, name, coloured?.panel)}
    <div class="map">
      ${ui.mapHost}
      ${ui.mapFailed
        ? html`<p class="map-words">
            ${m.t("The map could not be drawn on this screen. The lists are complete without it.")}
          </p>`
        : nothing}
      ${isAttended(ctx.config) ? controls(ctx, coloured?.key ?? null) : nothing}
    </div>
    ${legend(ctx, coloured?.panel)}`;
}

const controls = (ctx: Context, coloured: string | null): TemplateResult => html`<div class="map-top">
    ${chooser(ctx, coloured)} ${ctx.ui.mapFailed ? nothing : layerChooser(ctx)}
  </div>
  ${zoom(ctx)}`;

function heading(ctx: Context, name: string, panel: PanelTile | undefined): TemplateResult {
  const { m, incident } = ctx;
  if (incident?.data) {
    return html`<header>
      <h2>${m.t("Affected area")}</h2>
      <span class="cap">${m.t("{count} communes and wards", { count: incident.data.units.length })}</span>
    </header>`;
  }
  return html`<header>
    <h2>${titleOf(ctx, name)}</h2>
    <span class="cap">${caption(ctx, panel)}</span>
  </header>`;
}

/** Where the map is one tile among many the figure's own name has to do. */
function titleOf({ m, config: { layout } }: Context, name: string): string {
  if (!name) return m.t("Open alerts on the map");
  const place = layout.tiles.find(({ kind }) => kind === "map");
  return place && place.width * SMALL < layout.columns ? name : m.t("{name} and open alerts", { name });
}

function caption(ctx: Context, panel: PanelTile | undefined): string {
  const { m, ui } = ctx;
  if (!ui.units) return ui.mapFailed ? "" : m.t("Loading the map");
  return [
    m.t("{count} communes and wards", { count: ui.units.count }),
    panel?.figure.as_of ? age(ctx, panel.figure.as_of) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Only when more than one panel can colour the map. */
function chooser(ctx: Context, current: string | null): TemplateResult | typeof nothing {
  const { m, panels, actions, incident } = ctx;
  const offered = mapPanels(panels.values());
  if (offered.length < 2 || incident) return nothing;
  return html`<div class="map-choice">
    <select
      aria-label=${m.t("Figure on the map")}
      @change=${(event: Event) => {
        actions.chooseMapPanel((event.target as HTMLSelectElement).value);
      }}
    >
      ${[...panels]
        .filter(([, panel]) => offered.includes(panel))
        .map(
          ([key, panel]) =>
            html`<option value=${key} ?selected=${key === current}>${m.text(panel.monitor_title)} · ${m.text(panel.title)}</option>`,
        )}
    </select>
  </div>`;
}

const zoom = ({ m, actions }: Context): TemplateResult => html`<div class="map-zoom">
  <button type="button" @click=${() => { actions.zoom("in"); }}>${icon("plus", m.t("Zoom in"))}</button>
  <button type="button" @click=${() => { actions.zoom("out"); }}>${icon("minus", m.t("Zoom out"))}</button>
  <button type="button" @click=${() => { actions.zoom("whole"); }}>${icon("whole", m.t("Whole province"))}</button>
</div>`;

function legend(ctx: Context, panel: PanelTile | undefined): TemplateResult {
  const { m, ui } = ctx;
  return html`<div class="legend">
    ${panel ? ramp(ctx, panel) : nothing} ${hazards(ctx)}
    <div class="general">${SEVERITIES.map((severity) => html`<span>${shape(severity)}${m.t(SEVERITY_WORD[severity])}</span>`)}</div>
    <div class="general">
      <span>${shape("critical")}${m.t("Nobody has it")}</span>
      <span>${shape("critical", true)}${m.t("Someone has it")}</span>
      ${ui.units?.approximate ? html`<span class="cap">${m.t("boundaries are approximate")}</span>` : nothing}
      ${ui.unplaced > 0 ? html`<span class="cap">${m.t("{count} without a place", { count: ui.unplaced })}</span>` : nothing}
    </div>
    ${layerLegend(ctx)}
  </div>`;
}

/** Hatches over communes in danger, told only while there are any. */
function hazards({ m, alerts }: Context): TemplateResult | typeof nothing {
  const { critical, high } = hazardsOf(alerts);
  if (critical.length + high.length === 0) return nothing;
  return html`<div>
    ${critical.length > 0 ? html`<span><i class="hatch critical"></i>${m.t("Critical alert open")}</span>` : nothing}
    ${high.length > 0 ? html`<span><i class="hatch high"></i>${m.t("High alert open")}</span>` : nothing}
  </div>`;
}

/** Some communes have no value, and that isn't none. */
const lacking = ({ ui }: Context, panel: PanelTile): boolean =>
  (panel.elsewhere ?? null) === null && ui.units !== null && Object.keys(panel.values ?? {}).length < ui.units.count;

function ramp(ctx: Context, panel: PanelTile): TemplateResult {
  const { m } = ctx;
  const bounds = mapLimits(panel);
  const classes = Array.from({ length: bounds.length + 1 }, (_, i) => i + 1);
  const unit = m.text(panel.figure.unit);
  return html`<div>
    ${unit ? html`<span>${unit}</span>` : nothing}
    <span class="ramp" role="img" aria-label=${[m.text(panel.title), unit].filter(Boolean).join(", ")}>
      ${classes.map((i) => html`<i class="ramp-${toneOf(i, bounds)}"></i>`)}
      ${bounds.map((bound, i) => html`<em class="at-${i + 1}">${formatNumber(bound, m.language)}</em>`)}
    </span>
    ${lacking(ctx, panel) ? html`<span><i class="hatch none"></i>${m.t("No data")}</span>` : nothing}
  </div>`;
}
