import { html, nothing, type TemplateResult } from "lit-html";

import type { PanelTile, Row, Severity, Text } from "../types";
import { SEVERITIES } from "../types";
import { SEVERITY_WORD } from "../strings";
import type { Context } from "./context";
import { shape } from "./glyphs";
import { isWhen, when } from "./when";

/** How bad a row is: what needs nobody has no severity. */
export const severityOf = (row: Row): Severity | null =>
  row.open === true ? (SEVERITIES.find((one) => one === row.severity) ?? null) : null;

/** The row's shape, with its word for whoever cannot see it. */
export const markOfRow = ({ m }: Pick<Context, "m">, row: Row): TemplateResult => {
  const severity = severityOf(row);
  return html`${shape(severity ?? "normal")}${severity ? html`<span class="sr">${m.t(SEVERITY_WORD[severity])}:</span>` : nothing}`;
};

/** Things in the order their panel gives them, as many as fit. */
export function listBody(ctx: Context, panel: PanelTile, name: string): TemplateResult {
  const { m, ui } = ctx;
  const all = panel.rows ?? [];
  const rows = all.slice(0, ui.rows[name] ?? 4);
  return html`<ul class="rows entries" data-rows=${name} data-on-phone="6">
      ${all.length === 0 ? html`<li class="none">${m.t("Nothing to list")}</li>` : nothing} ${rows.map((row) => line(ctx, row))}
    </ul>
    ${cut(ctx, rows.length, all.length)}`;
}

/** How many there are, where not all fit. */
export const cut = ({ m }: Pick<Context, "m">, shown: number, count: number): TemplateResult | typeof nothing =>
  shown < count ? html`<p class="cap more">${m.t("{shown} of {count}", { shown, count })}</p>` : nothing;

function line(ctx: Context, row: Row): TemplateResult {
  const { m, now } = ctx;
  const below = [m.text(row.place as Text), m.text(row.state as Text)].filter(Boolean).join(" · ");
  return html`<li class="entry">
    ${markOfRow(ctx, row)}
    <span class="what">${m.title(row.title as Text)}</span>
    <span class="num">${isWhen(row.at) ? when(row.at, now, m.language) : nothing}</span>
    <span class="place">${below}</span>
  </li>`;
}
