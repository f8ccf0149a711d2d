import { html, nothing, type TemplateResult } from "lit-html";

import { formatInstant, formatNumber } from "../format";
import { placeParts } from "../map/layers/view";
import { addressOf } from "../incident/store";
import { SEVERITY_WORD, type StringId } from "../strings";
import type { AlertTile, PanelTile, TicketState, TicketTile } from "../types";
import { age, type Context, type Dialog } from "./context";
import { alarmDialog } from "./alarmDialog";
import { icon, shape } from "./glyphs";
import { keys } from "./keys";
import { alertRow, alertState, holderOf, left, rungs } from "./lists";
import { shelfPart } from "./shelf";
import { whyParts } from "./why";

export interface Parts {
  title: string;
  lead: TemplateResult | string;
  body: TemplateResult;
  foot?: TemplateResult | typeof nothing;
}

const TICKET_STATE: Record<TicketState, StringId> = {
  new: "New",
  accepted: "Accepted",
  in_progress: "In progress",
  waiting: "Waiting",
  resolved: "Resolved",
  closed: "Closed",
  returned: "Returned",
  cancelled: "Cancelled",
  merged: "Merged",
};

/** What is inside the one dialog of the page; nothing when it is closed or its thing has left the wall. */
export function dialog(ctx: Context): TemplateResult | typeof nothing {
  const parts = ctx.ui.dialog ? partsOf(ctx, ctx.ui.dialog) : null;
  if (!parts) return nothing;
  return html`<div class="sheet">
    <header>
      <div>
        <h2 id="dialog-title" class=${parts.title.length > 60 ? "long" : ""}>${parts.title}</h2>
        <p class="cap">${parts.lead}</p>
      </div>
      <button type="button" class="btn small quiet" @click=${ctx.actions.close}>${ctx.m.t("Close")} <kbd>Esc</kbd></button>
    </header>
    <div class="content">${parts.body}</div>
    ${parts.foot ? html`<footer>${parts.foot}</footer>` : nothing}
  </div>`;
}

function partsOf(ctx: Context, open: Dialog): Parts | null {
  switch (open.kind) {
    case "keys":
      return { title: ctx.m.t("Keyboard"), lead: "", body: keys(ctx) };
    case "place":
      return placeParts(ctx, open.layer);
    case "alerts":
      return spot(ctx, open.ids);
    case "alert":
      return found(ctx.state.alerts, open.id, (alert) => alertParts(ctx, alert));
    case "ticket":
      return found(ctx.state.tickets, open.id, (ticket) => ticketParts(ctx, ticket));
    case "panel": {
      const panel = ctx.panels.get(open.key);
      return panel ? panelParts(ctx, panel) : null;
    }
    default:
      return alarmDialog(ctx, open);
  }
}

function found<T extends { id: string }>(all: ReadonlyMap<string, T>, id: string, make: (one: T) => Parts): Parts | null {
  for (const one of all.values()) if (one.id === id) return make(one);
  return null;
}

function spot(ctx: Context, ids: readonly string[]): Parts | null {
  const alerts = ctx.alerts.filter((alert) => ids.includes(alert.id));
  if (alerts.length === 0) return null;
  return {
    title: ctx.m.t("{count} alerts here", { count: alerts.length }),
    lead: "",
    body: html`<ul class="rows free">
      ${alerts.map((alert) => alertRow(ctx, alert, false))}
    </ul>`,
  };
}

const since = (ctx: Context, iso: string): string => `${formatInstant(iso, ctx.m.language)} · ${age(ctx, iso)}`;

const until = (ctx: Context, iso: string): string => `${formatInstant(iso, ctx.m.language)} · ${left(ctx, { at: Date.parse(iso) })}`;

const fact = (term: string, value: unknown): TemplateResult | typeof nothing =>
  value === "" || value == null ? nothing : html`<div><dt>${term}</dt><dd>${value}</dd></div>`;

function panelParts(ctx: Context, panel: PanelTile): Parts {
  const { m } = ctx;
  const { value, decimals, unit, target, target_text: text, as_of: asOf } = panel.figure;
  const exact = value === null ? "" : [formatNumber(value, m.language, decimals), m.text(unit)].filter(Boolean).join(" ");
  const when = asOf ? since(ctx, asOf) : m.t("no figure yet");
  return {
    title: exact ? m.t("Why {value}?", { value: exact }) : m.t("Why?"),
    lead: [...new Set([m.text(panel.monitor_title), m.text(panel.title), when])].join(" · "),
    body: html`<dl class="facts">
        ${fact(m.t("Target"), m.text(text) || (target === null ? "" : formatNumber(target, m.language, decimals)))}
      </dl>
      ${whyParts(ctx)}`,
    foot: links(ctx, "accent"),
  };
}

function alertParts(ctx: Context, alert: AlertTile): Parts {
  const { m, actions, mayAcknowledge, ui } = ctx;
  const takeable = mayAcknowledge && alert.state === "active";
  return {
    title: m.title(alert.title),
    lead: html`${shape(alert.severity, alert.state !== "active")}
      <b class="t-${alert.severity}">${m.t(SEVERITY_WORD[alert.severity])}</b> · ${alertState(ctx, alert)}
      ${alert.count > 1 ? html`· ${m.t("seen {count} times", { count: alert.count })}` : nothing}`,
    body: html`${alertFacts(ctx, alert)} ${shelfPart(ctx, alert)} ${alert.why ? html`<h3 class="sr">${m.t("Why?")}</h3>` : nothing} ${whyParts(ctx)}`,
    foot: html`${takeable
      ? html`<button
          type="button"
          class="btn small accent"
          ?disabled=${ui.acknowledging === alert.id}
          @click=${() => {
            actions.acknowledge(alert);
          }}
        >
          ${m.t(ui.acknowledging === alert.id ? "Acknowledging" : "Acknowledge")}
        </button>`
      : nothing}
    ${incidentLink(ctx, alert)} ${links(ctx)} ${ui.notice && ctx.now < ui.notice.until ? html`<p role="status">${ui.notice.text}</p>` : nothing}`,
  };
}

/** The board of this one alert, where there is one and it isn't on the screen already. */
const incidentLink = ({ config, m, incident }: Context, alert: AlertTile): TemplateResult | typeof nothing =>
  config.boards.some(({ slug }) => slug === "incident") && incident?.id !== alert.id
    ? html`<a class="btn small quiet" href=${addressOf(alert.id)}>${m.t("Open the incident board")}</a>`
    : nothing;

const alertFacts = (ctx: Context, alert: AlertTile): TemplateResult => html`<dl class="facts">
  ${fact(ctx.m.t("Place"), ctx.m.text(alert.unit?.name))}
  ${fact(ctx.m.t("Department"), ctx.m.text(alert.department?.name))} ${fact(ctx.m.t("Holder"), alert.holder?.name)}
  ${fact(ctx.m.t("Opened"), since(ctx, alert.opened_at))} ${fact(ctx.m.t("Last seen"), since(ctx, alert.last_seen))}
</dl>`;

function ticketParts(ctx: Context, ticket: TicketTile): Parts {
  const { m } = ctx;
  return {
    title: m.title(ticket.title),
    lead: html`${shape(ticket.severity, true)} <b class="t-${ticket.severity}">${m.t(SEVERITY_WORD[ticket.severity])}</b> ·
      ${m.t("Ticket {code}", { code: ticket.code })} · ${m.t(TICKET_STATE[ticket.state])}`,
    body: html`<dl class="facts">
        ${fact(m.t("Place"), m.text(ticket.unit?.name))} ${fact(m.t("Department"), m.text(ticket.department?.name))}
        ${fact(m.t("Holder"), [m.text(ticket.holder?.title), ticket.holder?.name].filter(Boolean).join(", ") || holderOf(ctx, ticket))}
        ${fact(m.t("Ladder"), rungs(ctx, ticket))}
        ${fact(m.t("Next rung"), next(ctx, ticket))}
        ${fact(m.t("Opened"), since(ctx, ticket.opened_at))}
        ${fact(m.t("Deadline"), ticket.due_at ? until(ctx, ticket.due_at) : m.t("no limit"))}
      </dl>
      ${ticket.why ? html`<h3 class="sr">${m.t("Why?")}</h3>` : nothing} ${whyParts(ctx)}`,
    foot: html`<a class="btn small accent" href=${ticket.url}>${m.t("Open the ticket")}</a> ${links(ctx)}`,
  };
}

function next(ctx: Context, ticket: TicketTile): TemplateResult | string {
  const { m } = ctx;
  if (!ticket.next) return m.t("last rung");
  const at = ticket.step?.due_at;
  return html`${icon("next")} ${m.text(ticket.next.title)}${at ? ` · ${until(ctx, at)}` : ""}`;
}

function links({ m, ui }: Context, first: "accent" | "quiet" = "quiet"): TemplateResult | typeof nothing {
  const found = ui.why?.status === "ready" ? (ui.why.why.links ?? []) : [];
  return found.length === 0
    ? nothing
    : html`${found.map((link, i) => html`<a class="btn small ${i === 0 ? first : "quiet"}" href=${link.url}>${m.text(link.label)}</a>`)}`;
}
