import { html, type TemplateResult } from "lit-html";

import { formatNumber } from "../format";
import type { CellValue, Column, PanelTile, Row } from "../types";
import type { Context } from "./context";
import { cut, listBody, markOfRow } from "./list";
import { isWhen, when } from "./when";

/** The column that says how a thing stands: it carries the shape of its severity. */
const STATE = "state";

type Sort = "number" | "when" | "text";

/** A table of the columns a panel names; one that names none is a list. Whole rows only, as many as fit. */
export function tableBody(ctx: Context, panel: PanelTile, name: string): TemplateResult {
  const { m, ui } = ctx;
  const { columns = [], rows: all = [] } = panel;
  if (columns.length === 0 || all.length === 0) return listBody(ctx, panel, name);
  const rows = all.slice(0, ui.rows[name] ?? 4);
  const sorts = columns.map((column) => sortOf(column, all));
  return html`<div class="table" data-head="1" data-rows=${name} data-on-phone="8">
      <table>
        <thead>
          <tr>
            ${columns.map((column, i) => html`<th scope="col" class=${sorts[i] ?? ""}>${m.text(column.title)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => html`<tr>${columns.map((column, i) => cell(ctx, column, row, sorts[i] ?? "text", i === 0))}</tr>`)}
        </tbody>
      </table>
    </div>
    ${cut(ctx, rows.length, all.length)}`;
}

function sortOf({ key }: Column, rows: readonly Row[]): Sort {
  if (rows.some((row) => typeof row[key] === "number")) return "number";
  return rows.some((row) => isWhen(row[key])) ? "when" : "text";
}

function cell(ctx: Context, column: Column, row: Row, sort: Sort, first: boolean): TemplateResult {
  const value = row[column.key] ?? null;
  const text = said(ctx, value, column);
  if (first) return html`<th scope="row">${text}</th>`;
  if (column.key === STATE) return html`<td class="state"><span>${markOfRow(ctx, row)} ${text}</span></td>`;
  return html`<td class=${sort === "text" ? "" : `${sort} num`}>${text}</td>`;
}

function said({ m, now }: Context, value: CellValue, { decimals }: Column): string {
  if (value === null || value === "" || typeof value === "boolean") return "\u2013";
  if (typeof value === "number") return formatNumber(value, m.language, decimals ?? undefined);
  return isWhen(value) ? when(value, now, m.language) : m.text(value);
}
