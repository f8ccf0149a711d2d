import { html, nothing, type TemplateResult } from "lit-html";

import { formatMoment } from "../format";
import type { PanelTile, Row, Severity, Text } from "../types";
import { SEVERITIES } from "../types";
import type { Context } from "./context";
import { shape } from "./glyphs";

const severityOf = (row: Row): Severity | "normal" => {
  const severity = SEVERITIES.find((one) => one === row.severity);
  return row.open === true && severity ? severity : "normal";
};

/** Things in the order their panel gives them, as many as fit. */
export function listBody(ctx: Context, panel: PanelTile, name: string): TemplateResult {
  const { m, ui } = ctx;
  const all = panel.rows ?? [];
  const rows = all.slice(0, ui.rows[name] ?? 4);
  return html`<ul class="rows things" data-rows=${name} data-on-phone="6">
      ${all.length === 0 ? html`<li class="none">${m.t("Nothing to list")}</li>` : nothing} ${rows.map((row) => line(ctx, row))}
    </ul>
    ${rows.length < all.length ? html`<p class="cap more">${m.t("{shown} of {count}", { shown: rows.length, count: all.length })}</p>` : nothing}`;
}

function line({ m, now }: Context, row: Row): TemplateResult {
  return html`<li class="thing">
    ${shape(severityOf(row), false)}
    <span class="what">${m.text(row.title as Text)}</span>
    <span class="num">${typeof row.at === "string" ? formatMoment(row.at, now, m.language) : nothing}</span>
    <span class="place">${m.text(row.state as Text)}</span>
  </li>`;
}
