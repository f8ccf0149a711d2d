import { html, nothing, type TemplateResult } from "lit-html";

import type { PanelTile, Row, Text } from "../types";
import { age, type Context } from "./context";
import { icon } from "./glyphs";

/** Cameras: the picture of the latest check with its age, or a plug and why there is none. Broken ones come first. */
export function videoBody(ctx: Context, panel: PanelTile, name: string): TemplateResult {
  const { m, ui } = ctx;
  const all = panel.rows ?? [];
  const rows = all.slice(0, 2 * (ui.rows[name] ?? 2));
  return html`<ul class="rows cameras" data-rows=${name} data-on-phone="4">
      ${rows.map((row) => camera(ctx, row))}
    </ul>
    ${rows.length < all.length ? html`<p class="cap more">${m.t("{shown} of {count}", { shown: rows.length, count: all.length })}</p>` : nothing}`;
}

function camera(ctx: Context, row: Row): TemplateResult {
  const { m } = ctx;
  const title = m.text(row.title as Text);
  const at = typeof row.taken_at === "string" ? row.taken_at : row.at;
  return html`<li class=${row.open === true ? "camera down" : "camera"}>
    ${typeof row.picture === "string"
      ? html`<img src=${row.picture} alt=${title} loading="lazy" @error=${hide} />`
      : html`<span class="blank">${icon(row.open === true ? "silent" : "absent")}</span>`}
    <span class="what">${title}</span>
    <span class="cap">${m.text(row.state as Text)}${typeof at === "string" ? html` · <span class="age">${age(ctx, at)}</span>` : nothing}</span>
  </li>`;
}

/** Whoever may not look at pictures (or comes too late for one) sees the words only. */
const hide = (event: Event): void => {
  if (event.target instanceof HTMLElement) event.target.hidden = true;
};
