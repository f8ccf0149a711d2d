import { html, nothing, type TemplateResult } from "lit-html";
import { unsafeSVG } from "lit-html/directives/unsafe-svg.js";

import { formatInstant, formatNumber } from "../../format";
import type { Context } from "../../view/context";
import { icon, shape } from "../../view/glyphs";
import type { LayerInfo, Look, Property, Standing, Value } from "./types";

const drawing = (markup: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${unsafeSVG(markup)}</svg>`;

/** The button that opens the list of layers, and the list: a box for each, with what its symbols mean. */
export function layerChooser(ctx: Context): TemplateResult | typeof nothing {
  const { m, layers } = ctx;
  if (layers.infos.length === 0) return nothing;
  const count = layers.shown().length;
  return html`<div
    class="map-layers"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== "Escape" || !layers.open) return;
      layers.setOpen(false);
      (event.currentTarget as HTMLElement).querySelector("button")?.focus();
    }}
  >
    <button
      type="button"
      aria-expanded=${layers.open ? "true" : "false"}
      aria-controls="layer-list"
      @click=${() => {
        layers.setOpen(!layers.open);
      }}
    >
      ${icon("layers")} ${m.t("Layers")}${count > 0 ? html` <b class="num">${count}</b>` : nothing}
    </button>
    ${layers.open ? list(ctx) : nothing}
  </div>`;
}

const list = (ctx: Context): TemplateResult => html`<fieldset id="layer-list">
  <legend class="sr">${ctx.m.t("Layers")}</legend>
  ${ctx.layers.infos.map((info) => choice(ctx, info))}
</fieldset>`;

const choice = ({ m, layers }: Context, info: LayerInfo): TemplateResult => html`<label>
  <input
    type="checkbox"
    .checked=${layers.chosen.has(info.name)}
    @change=${() => {
      layers.toggle(info.name);
    }}
  />
  ${drawing(info.icon)} <span>${m.text(info.title)}</span>
</label>`;

/** What the symbols of the chosen layers mean. */
export const layerLegend = (ctx: Context): TemplateResult | typeof nothing => {
  const shown = ctx.layers.shown();
  if (shown.length === 0) return nothing;
  return html`<div class="layer-legend">${shown.map((info) => meaning(ctx, info))}</div>`;
};

/** Of a layer with looks those that the map shows now. */
function meaning({ m, layers }: Context, info: LayerInfo): TemplateResult {
  const title = m.text(info.title);
  if (info.looks.length === 0) return html`<span>${drawing(info.icon)}${title}</span>`;
  const present = layers.present.get(info.name);
  const shown = info.looks.filter((_, number) => present?.has(number));
  const words = shown.map((look) => html`<span>${lookDrawing(look)}${m.text(look.title)}</span>`);
  return html`<span class="of">${shown.length === 0 ? m.t("{name}: none here", { name: title }) : html`${title}:`}</span>${words}`;
}

const lookDrawing = (look: Look): TemplateResult => html`${drawing(look.icon)}${look.severity ? shape(look.severity) : nothing}`;

/** What stands in a cell: one thing with all it tells, or a list of many. */
export function placeParts(ctx: Context, name: string): { title: string; lead: string; body: TemplateResult } | null {
  const { m, layers } = ctx;
  const info = layers.info(name);
  if (!info || !layers.cell) return null;
  const title = m.text(info.title);
  const { cell } = layers;
  if (cell.status !== "ready") {
    const words = cell.status === "loading" ? m.t("Looking it up") : m.t("What stands here could not be read just now.");
    return { title, lead: m.text(info.monitor_title), body: html`<p role="status">${words}</p>` };
  }
  const { total, objects } = cell.objects;
  const [only] = objects;
  if (total === 1 && only) {
    return { title: nameOf(ctx, info, only), lead: leadOf(ctx, info, only), body: facts(ctx, info, only) };
  }
  return {
    title: m.t("{name}: {count} here", { name: title, count: total }),
    lead: objects.length < total ? m.t("{shown} of {count}", { shown: objects.length, count: total }) : m.text(info.monitor_title),
    body: html`${objects.map(
      (one) => html`<div class="on-spot">
        <h3>${nameOf(ctx, info, one)} <span class="cap">${leadOf(ctx, info, one)}</span></h3>
        ${facts(ctx, info, one)}
      </div>`,
    )}`,
  };
}

/** What a thing is called: what its property that names it says, else the layer's title. */
export function nameOf({ m }: Pick<Context, "m">, info: LayerInfo, one: Standing): string {
  const property = info.properties.find(({ name }) => name === info.label);
  const name = property ? m.title(valueOf(m, property, one.properties[property.name] ?? null)) : "";
  return name === "" ? m.text(info.title) : name;
}

function leadOf({ m }: Context, info: LayerInfo, one: Standing): string {
  const look: Look | undefined = info.looks[one.look];
  return [m.text(info.monitor_title), look ? m.text(look.title) : "", one.muted ? m.t("Old figure") : ""].filter(Boolean).join(" · ");
}

function facts({ m }: Context, info: LayerInfo, one: Standing): TemplateResult {
  // What only finds the record says nothing to a reader.
  const told = info.properties.filter(({ name }) => name !== info.label && !info.address.includes(`{${name}}`));
  const url = addressOf(info.address, one.properties);
  return html`<dl class="facts">
      ${told.map((property) => {
        const value = valueOf(m, property, one.properties[property.name] ?? null);
        return value === "" ? nothing : html`<div><dt>${m.title(property.title)}</dt><dd>${value}</dd></div>`;
      })}
    </dl>
    ${url ? html`<p><a href=${url}>${m.t("Open the record")}</a></p>` : nothing}`;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A property as a reader reads it: words for codes, local time, decimal comma. */
export function valueOf(m: Context["m"], property: Property, value: Value): string {
  if (value === null || value === "") return "";
  if (typeof value === "boolean") return m.t(value ? "yes" : "no");
  if (typeof value === "number") return formatNumber(value, m.language, Number.isInteger(value) ? 0 : 2);
  const words = property.words[value];
  return words === undefined ? written(value, m) : m.text(words);
}

/** A day or an instant as the province writes it; other words as they are. */
function written(value: string, m: Context["m"]): string {
  if (INSTANT.test(value)) return formatInstant(value, m.language);
  const [, year, month, day] = DAY.exec(value) ?? [];
  return year && month && day ? `${day}/${month}/${year}` : value;
}

/** The address of a thing's record; empty when the layer has none or a part of it is missing. */
export function addressOf(template: string, properties: Standing["properties"]): string {
  let whole = template !== "";
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = properties[name];
    whole &&= value !== null && value !== undefined && value !== "";
    return encodeURIComponent(String(value ?? ""));
  });
  return whole ? address : "";
}
