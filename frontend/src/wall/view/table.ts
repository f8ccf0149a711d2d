import { html, nothing, type TemplateResult } from "lit-html";

import { formatNumber } from "../format";
import type { CellValue, Column, PanelTile, Row } from "../types";
import type { Context } from "./context";
import { listBody } from "./list";

/** A table of the columns a panel names; one that names none is a list. Whole rows only, as many as fit. */
export function tableBody(ctx: Context, panel: PanelTile, name: string): TemplateResult {
  const { m, ui } = ctx;
  const { columns = [], rows: all = [] } = panel;
  if (columns.length === 0) return listBody(ctx, panel, name);
  const rows = all.slice(0, ui.rows[name] ?? 4);
  return html`<div class="table" data-rows=${name} data-on-phone="8">
      <table>
        <thead>
          <tr>${columns.map((column) => html`<th scope="col" class=${isNumeric(column, all) ? "n" : ""}>${m.text(column.title)}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map((row) => html`<tr>${columns.map((column, i) => cell(ctx, column, row, i === 0, isNumeric(column, all)))}</tr>`)}
        </tbody>
      </table>
    </div>
    ${rows.length < all.length ? html`<p class="cap more">${m.t("{shown} of {count}", { shown: rows.length, count: all.length })}</p>` : nothing}`;
}

const isNumeric = ({ key }: Column, rows: readonly Row[]): boolean => rows.some((row) => typeof row[key] === "number");

function cell(ctx: Context, column: Column, row: Row, first: boolean, numeric: boolean): TemplateResult {
  const text = said(ctx, row[column.key] ?? null, column);
  if (first) return html`<th scope="row">${text}</th>`;
  return html`<td class=${numeric ? "n num" : ""}>${text === "" ? nothing : text}</td>`;
}

function said({ m }: Context, value: CellValue, { decimals }: Column): string {
  if (value === null || typeof value === "boolean") return "\u2013";
  return typeof value === "number" ? formatNumber(value, m.language, decimals ?? undefined) : m.text(value);
}
