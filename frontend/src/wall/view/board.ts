import { html, render, type TemplateResult } from "lit-html";

import { banner, bannerClass, shown } from "./banner";
import { bar } from "./bar";
import type { Context } from "./context";
import { dialog } from "./dialog";
import { foot } from "./foot";
import { alertPane, ticketPane } from "./lists";
import { mapPane } from "./mapPane";
import { tiles } from "./tiles";

/** The overview's fixed places; a monitor beyond them makes every row a little lower. */
const PLACES = 10;

/** The whole overview. Every part keeps its place; only the lists sort. */
const board = (ctx: Context): TemplateResult => html`
  <header class="bar">${bar(ctx)}</header>
  <section class=${bannerClass(shown(ctx))} aria-label=${ctx.m.t("Alarm")}>${banner(ctx)}</section>
  <div class="grid">
    <section class=${ctx.config.cells.length > PLACES ? "tiles more" : "tiles"}>${tiles(ctx)}</section>
    <section class="pane map-pane">${mapPane(ctx)}</section>
    <section class="pane alerts-pane">${alertPane(ctx)}</section>
    <section class="pane tickets-pane">${ticketPane(ctx)}</section>
  </div>
  <footer class="foot-bar">${foot(ctx)}</footer>
  <p class="sr" aria-live="assertive">${ctx.ui.announcement}</p>
`;

/** Draws everything into the page. lit-html touches only what changed. */
export function draw(ctx: Context, root: HTMLElement, sheet: HTMLDialogElement): void {
  render(board(ctx), root);
  render(dialog(ctx), sheet);
  if (ctx.ui.dialog && !sheet.open) sheet.showModal();
  if (!ctx.ui.dialog && sheet.open) sheet.close();
}
