import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { styleMap } from "lit-html/directives/style-map.js";

import { timeLeft } from "../format";
import { isOverdue, totalsOf } from "../state";
import type { Limit } from "../select";
import { SEVERITY_WORD, type StringId } from "../strings";
import type { AlertState, AlertTile, TicketTile } from "../types";
import { shown } from "./banner";
import { age, type Context } from "./context";
import { icon, shape } from "./glyphs";

const STATE_WORD: Record<AlertState, StringId> = {
  active: "Unacknowledged",
  acknowledged: "Acknowledged",
  cleared: "Condition gone",
  resolved: "Resolved",
  closed: "Closed",
};

export const alertState = ({ m }: Pick<Context, "m">, alert: AlertTile): string =>
  alert.state === "acknowledged" && alert.holder ? alert.holder.name : m.t(STATE_WORD[alert.state]);

/** Open alerts, worst first; as many as fit, and how many there are. */
export function alertPane(ctx: Context): TemplateResult {
  const { m, alerts, ui, state, now } = ctx;
  const totals = totalsOf(state, now).alerts;
  const rows = alerts.slice(0, ui.alertRows);
  const cut = rows.length < totals.open && rows.length > 0;
  const current = shown(ctx)?.alert.id;
  return html`<header>
      <h2>${m.t("Open alerts")}</h2>
      <span class="cap"
        >${cut ? html`${m.t("{shown} worst of {count}", { shown: rows.length, count: totals.open })} · ` : nothing}${m.t(
          "{count} · {fresh} unacknowledged",
          { count: totals.open, fresh: totals.unacknowledged },
        )}</span
      >
    </header>
    <ul class="rows" data-rows="alerts" data-min="6.3">
      ${rows.length === 0 ? html`<li class="none">${m.t("No open alert")}</li>` : nothing}
      ${repeat(
        rows,
        (alert) => alert.id,
        (alert) => alertRow(ctx, alert, alert.id === current),
      )}
    </ul>`;
}

export function alertRow(ctx: Context, alert: AlertTile, current: boolean): TemplateResult {
  const { m, actions } = ctx;
  const held = alert.state !== "active";
  const place = [m.text(alert.unit?.name), m.text(alert.department?.name)].filter(Boolean).join(" · ");
  return html`<li class="alert ${current ? "cur" : ""}" data-id=${alert.id}>
    ${shape(alert.severity, held)}
    <div class="text">
      <button
        type="button"
        class="what"
        aria-haspopup="dialog"
        @click=${() => {
          actions.open({ kind: "alert", id: alert.id });
        }}
      >
        <span class="sr">${m.t(SEVERITY_WORD[alert.severity])}:</span> ${m.text(alert.title)}
      </button>
      <div class="place clip">${place || m.t("Whole province")}</div>
    </div>
    <div class="right-side">
      <span class="num">${age(ctx, alert.opened_at)}</span>
      <span class="st ${held ? "" : "open"}">${alertState(ctx, alert)}</span>
    </div>
  </li>`;
}

/** Tickets on the escalation ladder: what, time left, bar, rungs, who holds it, who is next. */
export function ticketPane(ctx: Context): TemplateResult {
  const { m, tickets, ui, state, now } = ctx;
  const totals = totalsOf(state, now).tickets;
  const rows = tickets.slice(0, ui.ticketRows);
  return html`<header>
      <h2>${m.t("Tickets climbing the ladder")}</h2>
      <span class="cap">
        ${rows.length > 0 ? m.t("{shown} nearest to their limit of {count}", { shown: rows.length, count: totals.open }) : nothing}
        ${totals.overdue > 0 ? html`· ${m.t("{count} overdue", { count: totals.overdue })}` : nothing}
      </span>
    </header>
    <ul class="rows" data-rows="tickets" data-min="8.1">
      ${rows.length === 0 ? html`<li class="none">${m.t("No open ticket")}</li>` : nothing}
      ${repeat(
        rows,
        ({ ticket }) => ticket.id,
        ({ ticket, limit }) => ticketRow(ctx, ticket, limit),
      )}
    </ul>`;
}

const STANDING_CLASS = { calm: "", late: "late", over: "over" } as const;

export function ticketRow(ctx: Context, ticket: TicketTile, limit: Limit): TemplateResult {
  const { m, actions, now } = ctx;
  return html`<li class="ticket ${STANDING_CLASS[limit.standing]}" data-id=${ticket.id}>
    <div class="a">
      <button
        type="button"
        class="what clip"
        aria-haspopup="dialog"
        @click=${() => {
          actions.open({ kind: "ticket", id: ticket.id });
        }}
      >
        ${m.text(ticket.title)}
      </button>
      <span class="num">${isOverdue(ticket, now) ? html`<span class="sr">${m.t("Overdue")} </span>` : nothing}${left(ctx, limit)}</span>
    </div>
    <div class="time"><i style=${styleMap({ width: `${(100 * limit.left).toFixed(1)}%` })}></i></div>
    <div class="b">${rungs(ctx, ticket)} <b class="clip">${holderOf(ctx, ticket)}</b> ${nextOf(ctx, ticket)}</div>
  </li>`;
}

/** Time left as `04:10`, in words above an hour, with a minus once it is over. */
export function left({ m, now }: Pick<Context, "m" | "now">, limit: Limit): string {
  if (limit.at === null) return m.t("no limit");
  const { clock, negative, span } = timeLeft(limit.at - now);
  return clock ?? `${negative ? "\u2212" : ""}${m.t(span.id, span.params)}`;
}

export function rungs({ m }: Pick<Context, "m">, ticket: TicketTile): TemplateResult | typeof nothing {
  const { step } = ticket;
  if (!step) return nothing;
  const marks = Array.from({ length: step.count }, (_, i) => (i + 1 < step.index ? "done" : i + 1 === step.index ? "here" : ""));
  return html`<span class="rungs" role="img" aria-label=${m.t("rung {index} of {count}", { index: step.index, count: step.count })}
    >${marks.map((mark) => html`<i class=${mark}></i>`)}</span
  >`;
}

/** The office that holds it: agencies are shown on the wall, persons only where there is no office. */
export const holderOf = ({ m }: Pick<Context, "m">, ticket: TicketTile): string =>
  [m.text(ticket.holder?.title), ticket.holder?.name, m.text(ticket.department?.name)].find(Boolean) ?? m.t("Nobody holds it");

function nextOf({ m }: Context, ticket: TicketTile): TemplateResult {
  return ticket.next
    ? html`<span class="next clip">${icon("next")}${m.text(ticket.next.title)}</span>`
    : html`<span class="next">${m.t("last rung")}</span>`;
}
