import { html, nothing, type TemplateResult } from "lit-html";

import type { PanelTile, Row, Text } from "../types";
import { age, type Context } from "./context";
import { icon } from "./glyphs";
import { cut, listBody } from "./list";

/** Cameras: the picture of the latest check with its age, a plug and why there is none; a list while nobody has pictures. */
export function videoBody(ctx: Context, panel: PanelTile, name: string): TemplateResult {
  const { ui } = ctx;
  const all = panel.rows ?? [];
  if (!all.some(hasPicture)) return listBody(ctx, panel, name);
  // Broken ones first: what a person must see is what cannot be seen.
  const sorted = [...all.filter((row) => row.open === true), ...all.filter((row) => row.open !== true && hasPicture(row))];
  const rows = sorted.slice(0, 2 * (ui.rows[name] ?? 2));
  return html`<ul class="rows cameras" data-rows=${name} data-on-phone="4">
      ${rows.map((row) => camera(ctx, row))}
    </ul>
    ${cut(ctx, rows.length, all.length)}`;
}

const hasPicture = (row: Row): boolean => typeof row.picture === "string";

function camera(ctx: Context, row: Row): TemplateResult {
  const { m } = ctx;
  const title = m.text(row.title as Text);
  const at = typeof row.taken_at === "string" ? row.taken_at : row.at;
  const lost = row.open === true;
  return html`<li class=${lost ? "camera down" : "camera"}>
    ${!lost && typeof row.picture === "string"
      ? html`<img src=${row.picture} alt=${title} @error=${hide} />`
      : html`<span class="blank">${icon("silent")} <b>${m.t("Source lost")}</b></span>`}
    <span class="what">${title}</span>
    <span class="cap">${m.text(row.state as Text)}${typeof at === "string" ? html` · <span class="age">${age(ctx, at)}</span>` : nothing}</span>
  </li>`;
}

/** Whoever may not look at pictures (or comes too late for one) sees the words only. */
const hide = (event: Event): void => {
  if (event.target instanceof HTMLElement) event.target.hidden = true;
};
