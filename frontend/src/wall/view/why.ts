import { html, nothing, type TemplateResult } from "lit-html";

import { formatDate, formatInstant, formatNumber } from "../format";
import type { Why, WhyRow } from "../types";
import type { Context } from "./context";

/** What a figure is made of, always in one order: sum, rules, records, tickets, who did what, source and query. */
export function whyParts(ctx: Context): TemplateResult | typeof nothing {
  const { m, ui, actions } = ctx;
  if (!ui.why) return ctx.config.replay ? pastWhy(ctx) : nothing;
  if (ui.why.status === "loading") return html`<p class="cap" role="status">${m.t("Looking it up")}</p>`;
  if (ui.why.status === "failed") {
    return html`<p role="status">
      ${m.t("What this figure is made of could not be read just now.")}
      <button type="button" class="btn small quiet" @click=${actions.retryWhy}>${m.t("Try again")}</button>
    </p>`;
  }
  const { why } = ui.why;
  return html`${sum(ctx, why)} ${rules(ctx, why)} ${rows(ctx, "Records", why.records)} ${rows(ctx, "Tickets", why.tickets)}
  ${actionsDone(ctx, why)} ${source(ctx, why)}`;
}

/** In a replay: the present's sum beside a figure of the past would be a false answer. */
const pastWhy = ({ m }: Context): TemplateResult =>
  html`<p class="cap">${m.t("What it was made of then is not stored. The board of now says what it is made of.")}</p>`;

const SIGN = { "+": "+", "-": "\u2212", "=": "=", "": "" } as const;

function sum({ m }: Context, why: Why): TemplateResult | typeof nothing {
  if (!why.sum || why.sum.length === 0) return nothing;
  return html`<section>
    <h3>${m.t("Sum")}</h3>
    <table class="sum ${why.sum.length === 1 ? "single" : ""}">
      <tbody>
        ${why.sum.map(
          (line) => html`<tr class=${line.op === "=" ? "total" : ""}>
            <td class="num">${SIGN[line.op ?? ""]}</td>
            <td class="num">${formatNumber(line.value, m.language, line.decimals ?? why.decimals ?? 0)}</td>
            <th scope="row">${m.text(line.label)}</th>
          </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function rules({ m }: Context, why: Why): TemplateResult | typeof nothing {
  if (!why.rules || why.rules.length === 0) return nothing;
  return html`<section>
    <h3>${m.t("Rules")}</h3>
    ${why.rules.map(
      (rule) => html`<div class="rule">
        <p class="pair">
          <b>${m.text(rule.title) || rule.id}</b
          ><span class="cap"
            >${rule.id} · ${m.t("version {version}", { version: rule.version })}${rule.effective_from
              ? html` · ${m.t("from {date}", { date: formatDate(Date.parse(rule.effective_from), m.language) })}`
              : nothing}</span
          >
        </p>
        ${rule.basis ? html`<p>${m.text(rule.basis)}</p>` : nothing}
      </div>`,
    )}
  </section>`;
}

function rows({ m }: Context, title: "Records" | "Tickets", part: Why["records"]): TemplateResult | typeof nothing {
  if (!part) return nothing;
  return html`<section>
    <h3>
      ${m.t(title)} <span class="cap">${m.t("{shown} of {count}", { shown: part.rows.length, count: part.total })}</span>
    </h3>
    <ul class="records">
      ${part.rows.map((row) => html`<li>${record(row, m)}</li>`)}
    </ul>
  </section>`;
}

function record(row: WhyRow, m: Context["m"]): TemplateResult {
  const title = m.text(row.title);
  const name = row.code ?? title;
  const note = m.text(row.note);
  return html`<span><b>${row.url ? html`<a href=${row.url}>${name}</a>` : name}</b> ${row.code ? title : nothing}</span>
    <span class="cap">${note ? html`<b>${note}</b>` : nothing}${row.at ? formatInstant(row.at, m.language) : nothing}</span>`;
}

function actionsDone({ m }: Context, why: Why): TemplateResult | typeof nothing {
  if (!why.actions || why.actions.length === 0) return nothing;
  return html`<section>
    <h3>${m.t("Who did what")}</h3>
    <ul class="records">
      ${why.actions.map(
        (one) => html`<li>
          <span>${m.text(one.who)}: ${m.text(one.what)}</span><span class="cap">${formatInstant(one.at, m.language)}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

function source({ m }: Context, why: Why): TemplateResult | typeof nothing {
  const from = why.source;
  if (!from) return nothing;
  const fact = (term: string, value: string): TemplateResult | typeof nothing =>
    value ? html`<div><dt>${term}</dt><dd>${value}</dd></div>` : nothing;
  const counted =
    from.rows === undefined
      ? ""
      : m.t("{rows} rows, {milliseconds} ms", { rows: from.rows, milliseconds: Math.round(from.milliseconds ?? 0) });
  return html`<section>
    <h3>${m.t("Source")}</h3>
    <dl class="facts">
      ${fact(m.t("Source"), m.text(from.name))} ${fact(m.t("Read at"), from.read_at ? formatInstant(from.read_at, m.language) : "")}
      ${fact(m.t("Query"), [from.query ?? "", counted].filter(Boolean).join(" · "))}
    </dl>
  </section>`;
}
