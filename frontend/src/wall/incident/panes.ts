import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { ageOf, formatMoment, formatNumber } from "../format";
import type { TileKind } from "../types";
import { age, type Context } from "../view/context";
import { icon, shape } from "../view/glyphs";
import { ticketRow } from "../view/lists";
import { addressOf } from "./store";
import type { Curve, Incident, NearCamera, StoryLine } from "./types";

const head = (title: string, caption: TemplateResult | string): TemplateResult =>
  html`<header><h2>${title}</h2><span class="cap">${caption}</span></header>`;

/** A pane of the board before anything is known, or when there is nothing to know. */
function waiting(ctx: Context, title: string): TemplateResult {
  const words = ctx.incident?.status === "loading" ? ctx.m.t("Looking it up") : ctx.m.t("No alert is open");
  return html`${head(title, "")}<p class="none">${words}</p>`;
}

const dataOf = ({ incident }: Context): Incident | null => incident?.data ?? null;

// --- what it rests on ------------------------------------------------------------------------------------------------

/** The course of what the alert rests on, or, without one, the records behind it. */
export function curvePane(ctx: Context): TemplateResult {
  const { m } = ctx;
  const data = dataOf(ctx);
  if (!data) return waiting(ctx, m.t("What it rests on"));
  if (data.curve) {
    return html`<header><h2>${data.curve.title}</h2><div class="stats">${stats(ctx, data.curve)}</div></header>
      <div class="plot" data-curve role="img" aria-label=${spoken(ctx, data.curve)}></div>`;
  }
  if (!data.records) return html`${head(m.t("What it rests on"), "")}<p class="none">${m.t("Nothing to list")}</p>`;
  return html`${head(m.t("What it rests on"), m.t("{count} records", { count: data.records.total }))} ${table(ctx, data.records)}`;
}

export const signed = (value: number, m: Context["m"], decimals: number): string =>
  `${value > 0 ? "+" : ""}${formatNumber(value, m.language, decimals)}`;

function stats({ m, now }: Context, curve: Curve): TemplateResult {
  const { change, above } = curve;
  const span = ageOf((change?.minutes ?? 0) * 60_000);
  return html`${change
    ? html`<span>${m.t("In {span}", { span: m.t(span.id, span.params) })} <b class="num">${signed(change.value, m, curve.decimals)} ${curve.unit}</b></span>`
    : nothing}${above?.since
    ? html`<span>${m.t("{level} since", { level: above.title })} <b class="num">${formatMoment(above.since, now, m.language)}</b></span>`
    : nothing}`;
}

/** The curve in words, for whoever can't see it. */
function spoken({ m, now }: Context, curve: Curve): string {
  const last = curve.points.filter(({ value }) => value !== null).at(-1);
  if (last?.value == null) return curve.title;
  const value = `${formatNumber(last.value, m.language, curve.decimals)} ${curve.unit}`;
  const lines = curve.lines.map((line) => `${line.title} ${formatNumber(line.value, m.language)}`);
  return [curve.title, `${formatMoment(last.at, now, m.language)} ${value}`, ...lines].join(", ");
}

function table({ m, ui, now }: Context, { columns, rows }: NonNullable<Incident["records"]>): TemplateResult {
  const cell = (value: string | number | boolean | null): string => {
    if (typeof value === "number") return formatNumber(value, m.language);
    if (value === null || typeof value === "boolean") return value === null ? "\u2013" : value ? "\u2713" : "";
    return /^\d{4}-\d\d-\d\dT/.test(value) ? formatMoment(value, now, m.language) : value;
  };
  return html`<div class="table" data-rows="records" data-on-phone="8">
    <table>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>
        ${rows.slice(0, ui.rows.records ?? 6).map((row) => html`<tr>${row.map((value) => html`<td>${cell(value)}</td>`)}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

// --- how it went on --------------------------------------------------------------------------------------------------

export function storyPane(ctx: Context): TemplateResult {
  const { m, ui } = ctx;
  const data = dataOf(ctx);
  if (!data) return waiting(ctx, m.t("How it went on"));
  const { total, lines } = data.timeline;
  const rows = lines.slice(0, ui.rows.story ?? 5);
  return html`${head(m.t("How it went on"), m.t("{shown} of {count}", { shown: rows.length, count: total }))}
    <ol class="rows story" data-rows="story" data-on-phone="8">
      ${rows.map((line, i) => event(ctx, line, i === 0))}
    </ol>`;
}

const event = ({ m, now }: Context, { at, what, who }: StoryLine, newest: boolean): TemplateResult =>
  html`<li class="event ${newest ? "newest" : ""}">
    <span class="num">${formatMoment(at, now, m.language)}</span><i></i>
    <span><b class="clip" title=${what}>${what}</b><span class="cap clip" title=${who}>${who}</span></span>
  </li>`;

// --- who has to do what ----------------------------------------------------------------------------------------------

export function slipsPane(ctx: Context): TemplateResult {
  const { m, tickets, ui } = ctx;
  const data = dataOf(ctx);
  if (!data) return waiting(ctx, m.t("Tickets of the incident"));
  const ids = new Set(data.tickets.ids);
  const all = tickets.filter(({ ticket }) => ids.has(ticket.id));
  const rows = all.slice(0, ui.rows.slips ?? 4);
  return html`${head(m.t("Tickets of the incident"), slipsCaption(ctx, data))}${membersLine(ctx, data)}
    <ul class="rows" data-rows="slips" data-on-phone="5">
      ${rows.length === 0 ? html`<li class="none">${m.t("No open ticket")}</li>` : nothing}
      ${repeat(
        rows,
        ({ ticket }) => ticket.id,
        ({ ticket, limit }) => ticketRow(ctx, ticket, limit),
      )}
    </ul>`;
}

/** What else tells of the same place and time, each with its own board. */
function membersLine({ m }: Context, { together }: Incident): TemplateResult | typeof nothing {
  if (!together) return nothing;
  return html`<p class="members">
    <b>${m.t("{count} alerts of this place and time", { count: together.total })}</b>
    ${together.members.map(
      (one) => html`<a href=${addressOf(one.id)}>${shape(one.severity, one.state !== "active")} ${one.text}</a>`,
    )}
  </p>`;
}

function slipsCaption({ m }: Context, { tickets: { total, open, overdue } }: Incident): string {
  const done = total - open;
  return [
    String(total),
    overdue > 0 ? m.t("{count} overdue", { count: overdue }) : "",
    done > 0 ? m.t("{count} done", { count: done }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

// --- what can be seen there ------------------------------------------------------------------------------------------

export function camerasPane(ctx: Context): TemplateResult {
  const { m } = ctx;
  const data = dataOf(ctx);
  if (!data) return waiting(ctx, m.t("Nearest cameras"));
  return html`${head(m.t("Nearest cameras"), "")}
    ${data.cameras.length === 0
      ? html`<p class="none">${m.t("No camera near")}</p>`
      : html`<ul class="cams">${data.cameras.map((camera) => view(ctx, camera))}</ul>`}`;
}

function view(ctx: Context, camera: NearCamera): TemplateResult {
  const { m } = ctx;
  return html`<li class="cam ${camera.lost ? "off" : ""}">
    ${camera.lost ? html`<div>${icon("silent")} <b>${m.t("Source lost")}</b></div>` : picture(camera)}
    <p>
      <span class="clip">${camera.name} · ${formatNumber(camera.km, m.language)} km</span>
      <span class="num">${camera.at ? m.t("picture {age}", { age: age(ctx, camera.at) }) : m.t("no picture yet")}</span>
    </p>
  </li>`;
}

/** The picture changes its address with its instant, so that it is asked for (and written down) once. */
function picture({ picture: address, at, name, state }: NearCamera): TemplateResult {
  if (address === null) return html`<div class="cap">${state}</div>`;
  return html`<img src=${`${address}?at=${encodeURIComponent(at ?? "")}`} alt=${name} />`;
}

/** What stands in the tiles of an incident's board, by their kind. */
export const INCIDENT_PANES: Partial<Record<TileKind, (ctx: Context) => TemplateResult>> = {
  curve: curvePane,
  timeline: storyPane,
  slips: slipsPane,
  cameras: camerasPane,
};
