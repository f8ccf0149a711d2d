import { html, render, type TemplateResult } from "lit-html";
import { styleMap } from "lit-html/directives/style-map.js";

import type { TilePlace } from "../types";
import { incidentBanner } from "../incident/banner";
import { INCIDENT_PANES } from "../incident/panes";
import { banner, bannerClass, shown } from "./banner";
import { bar } from "./bar";
import { chartBody } from "./chart";
import type { Context } from "./context";
import { dialog } from "./dialog";
import { foot } from "./foot";
import { listBody } from "./list";
import { alertPane, ticketPane } from "./lists";
import { mapPane } from "./mapPane";
import { panelPane } from "./panelPane";
import { type Placed, placed } from "./places";
import { tableBody } from "./table";
import { tile } from "./tiles";
import { videoBody } from "./video";

/** A whole board: every part keeps its place, only the lists sort. */
const board = (ctx: Context): TemplateResult => {
  const { layout } = ctx.config;
  return html`
    <header class="bar">${bar(ctx)}</header>
    <section class=${bannerClass(shown(ctx))} aria-label=${ctx.m.t("Alarm")}>${ctx.incident ? incidentBanner(ctx, ctx.incident) : banner(ctx)}</section>
    <div class="grid" style=${styleMap({ "--columns": String(layout.columns), "--rows": String(layout.rows) })}>
      ${layout.tiles.map((place) => drawn(ctx, place, placed(place, layout)))}
    </div>
    <footer class="foot-bar">${foot(ctx)}</footer>
    <p class="sr" aria-live="assertive">${ctx.ui.announcement}</p>
  `;
};

function drawn(ctx: Context, place: TilePlace, at: Placed): TemplateResult {
  if (place.kind === "number") return tile(ctx, place, at);
  return html`<section class="pane at ${place.kind}-pane" style=${styleMap(at.area)}>${(INCIDENT_PANES[place.kind] ?? inside)(ctx, place)}</section>`;
}

function inside(ctx: Context, place: TilePlace): TemplateResult {
  switch (place.kind) {
    case "map":
      return mapPane(ctx);
    case "alerts":
      return alertPane(ctx);
    case "tickets":
      return ticketPane(ctx);
    case "text":
      return html`<header><h2>${ctx.m.text(place.title)}</h2></header><p class="words">${ctx.m.text(place.text)}</p>`;
    case "chart":
      return panelPane(ctx, place, chartBody);
    case "video":
      return panelPane(ctx, place, videoBody);
    case "table":
      return panelPane(ctx, place, tableBody);
    default:
      return panelPane(ctx, place, listBody);
  }
}

/** Draws everything into the page. lit-html touches only what changed. */
export function draw(ctx: Context, root: HTMLElement, sheet: HTMLDialogElement): void {
  render(board(ctx), root);
  render(dialog(ctx), sheet);
  if (ctx.ui.dialog && !sheet.open) sheet.showModal();
  if (!ctx.ui.dialog && sheet.open) sheet.close();
}
