import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { styleMap } from "lit-html/directives/style-map.js";

import type { Row } from "../alarms/groups";
import { timeLeft } from "../format";
import { isOverdue, totalsOf } from "../state";
import { type Limit, shelvedCount } from "../select";
import { SEVERITY_WORD, type StringId } from "../strings";
import type { AlertState, AlertTile, TicketTile } from "../types";
import { shown } from "./banner";
import { age, type Context } from "./context";
import { floodLine, groupRow, rowKey } from "./flood";
import { icon, shape } from "./glyphs";
import { shelvedNote } from "./shelf";

const STATE_WORD: Record<AlertState, StringId> = {
  active: "Nobody yet",
  acknowledged: "Acknowledged",
  cleared: "Condition gone",
  resolved: "Resolved",
  closed: "Closed",
};

export const alertState = ({ m }: Pick<Context, "m">, alert: AlertTile): string =>
  alert.state === "acknowledged" && alert.holder ? alert.holder.name : m.t(STATE_WORD[alert.state]);

/** Titles longer than this take two smaller lines instead of being cut. */
const LONG = 30;

/** A count as it is written: "500+" where the server holds more and it is not known whose they are. */
const counted = ({ partial }: Context, count: number): number | string => (partial ? `${count}+` : count);

/** Open alerts, worst first; as many as fit, and how many there are. */
export function alertPane(ctx: Context): TemplateResult {
  const { m, alerts, ui, state, now, alarms } = ctx;
  const totals = totalsOf(state, now).alerts;
  const all: readonly Row[] = alarms.rows ?? alerts.map((alert) => ({ kind: "alert", alert }));
  const rows = all.slice(0, ui.rows.alerts ?? 6);
  const open = counted(ctx, totals.open);
  const cut = rows.length < totals.open && rows.length > 0 && alarms.rows === null && shelvedCount(state, now) === 0;
  const current = shown(ctx)?.alert.id;
  return html`<header>
      <h2>${m.t("Open alerts")}</h2>
      <span class="cap"
        >${cut ? m.t("{shown} of {count}", { shown: rows.length, count: open }) : open} ·
        ${m.t("{count} unacknowledged", { count: totals.unacknowledged })}${shelvedNote(ctx, true)}</span
      >
    </header>
    ${floodLine(ctx)}
    <ul class="rows" data-rows="alerts">
      ${rows.length === 0 ? html`<li class="none">${m.t("No open alert")}</li>` : nothing}
      ${repeat(rows, rowKey, (row) =>
        row.kind === "alert" ? alertRow(ctx, row.alert, row.alert.id === current) : groupRow(ctx, row.group, current),
      )}
    </ul>`;
}

export function alertRow(ctx: Context, alert: AlertTile, current: boolean): TemplateResult {
  const { m, actions } = ctx;
  const held = alert.state !== "active";
  const title = m.title(alert.title);
  const place = m.text(alert.unit?.name) || m.text(alert.department?.name);
  return html`<li class="alert ${current ? "cur" : ""}" data-id=${alert.id}>
    ${shape(alert.severity, held)}
    <div class="line">
      <button
        type="button"
        class="what ${title.length > LONG ? "long" : ""}"
        aria-haspopup="dialog"
        @click=${() => {
          actions.open({ kind: "alert", id: alert.id });
        }}
      >
        <span class="sr">${m.t(SEVERITY_WORD[alert.severity])}:</span> ${title}
      </button>
      <span class="num">${age(ctx, alert.opened_at)}</span>
    </div>
    <div class="line under">
      <span class="place clip">${place || m.t("Whole province")}${marks(ctx, alert)}</span>
      <span class="st clip ${held ? "" : "open"}">${alertState(ctx, alert)}</span>
    </div>
  </li>`;
}

/** That it comes and goes, and how many others it hides: a sign and a word each. */
function marks({ m }: Context, { flapping, hides }: AlertTile): TemplateResult {
  const swings = flapping && m.t(flapping.kind === "chattering" ? "chattering ×{count}" : "flapping ×{count}", { count: flapping.count });
  return html`${swings ? html` · <b class="mark">${icon("swings")}${swings}</b>` : nothing}${hides
    ? html` · <span class="mark">${icon("behind")}${m.t("hides {count}", { count: hides })}</span>`
    : nothing}`;
}

/** Tickets on the escalation ladder: what, time left, bar, rungs, who holds it, who is next. */
export function ticketPane(ctx: Context): TemplateResult {
  const { m, tickets, ui } = ctx;
  const rows = tickets.slice(0, ui.rows.tickets ?? 4);
  return html`<header>
      <h2>${m.t("Escalating tickets")}</h2>
      <span class="cap">
        ${ticketCaption(ctx, rows.length)}
      </span>
    </header>
    <ul class="rows" data-rows="tickets" data-on-phone="5">
      ${rows.length === 0 ? html`<li class="none">${m.t("No open ticket")}</li>` : nothing}
      ${repeat(
        rows,
        ({ ticket }) => ticket.id,
        ({ ticket, limit }) => ticketRow(ctx, ticket, limit),
      )}
    </ul>`;
}

function ticketCaption(ctx: Context, count: number): string {
  const { m, state, now } = ctx;
  const totals = totalsOf(state, now).tickets;
  const open = counted(ctx, totals.open);
  if (count === 0) return "";
  if (totals.overdue === 0) return m.t("{shown} nearest to their limit of {count}", { shown: count, count: open });
  return `${m.t("{shown} of {count}", { shown: count, count: open })} · ${m.t("{count} overdue", { count: totals.overdue })}`;
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
        ${m.title(ticket.title)}
      </button>
      <span class="num">${isOverdue(ticket, now) ? html`<span class="sr">${m.t("Overdue")} </span>` : nothing}${left(ctx, limit)}</span>
    </div>
    <div class="time"><i style=${styleMap({ width: `${(100 * limit.left).toFixed(1)}%` })}></i></div>
    <div class="b">${rungs(ctx, ticket)} <b class="clip">${holderOf(ctx, ticket)}</b> ${nextOf(ctx, ticket)}</div>
  </li>`;
}

/** Time left as `04:10`, in words above an hour, with a minus once it is over. */
export function left({ m, now }: Pick<Context, "m" | "now">, limit: Pick<Limit, "at">): string {
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
