import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { shelvedCount } from "../select";
import { totalsOf } from "../state";
import { SEVERITY_WORD } from "../strings";
import type { AlertTile, Severity } from "../types";
import { origin, takeButton, unreal } from "./bannerParts";
import { age, type Context } from "./context";
import { shape } from "./glyphs";
import { shelveButton, shelvedNote } from "./shelf";
import { soundButton } from "./sound";

export interface Shown {
  alert: AlertTile;
  /** Someone has just taken it: an outline for a moment, then the next. */
  taken: boolean;
}

/** Which alert the banner shows: one just taken, the chosen one, else the first that nobody has. */
export function shown({ ui, state, fresh, now, incident }: Pick<Context, "ui" | "state" | "fresh" | "now" | "incident">): Shown | null {
  if (incident) return incident.alert && { alert: incident.alert, taken: incident.ended || incident.alert.state !== "active" };
  if (ui.taken && now < ui.taken.until) {
    const { id } = ui.taken;
    const alert = [...state.alerts.values()].find((one) => one.id === id);
    if (alert) return { alert, taken: true };
  }
  const alert = fresh.find((one) => one.id === ui.chosen) ?? fresh[0];
  return alert ? { alert, taken: false } : null;
}

/** Severities loud enough to fill the whole banner. */
const LOUD = new Set<Severity>(["critical", "high"]);

/** The alarm zone. It is always there, so nothing jumps when an alarm comes. */
export function banner(ctx: Context): TemplateResult {
  const now = shown(ctx);
  return now ? alarm(ctx, now) : calm(ctx);
}

export const bannerClass = (now: Shown | null): string => {
  if (!now) return "banner calm";
  const { alert, taken } = now;
  return `banner ${alert.severity} ${LOUD.has(alert.severity) ? "loud" : "quiet"} ${taken ? "held" : "new"}`;
};

function calm(ctx: Context): TemplateResult {
  const { m, state, now } = ctx;
  const { alerts } = totalsOf(state, now);
  const shelved = shelvedCount(state, now);
  return html`
    <div class="lead">${shape("normal")}</div>
    <p class="quiet-word">${state.epoch === null ? m.t("Connecting") : m.t("No unacknowledged alert")}</p>
    <p class="cap">
      ${state.epoch === null ? nothing : m.t("{count} in hand", { count: alerts.open - alerts.unacknowledged - shelved })}
      ${shelvedNote(ctx)}
    </p>
    ${notice(ctx)} ${soundButton(ctx, false)}
  `;
}

function alarm(ctx: Context, { alert, taken }: Shown): TemplateResult {
  const { m, actions } = ctx;
  const title = m.title(alert.title);
  return html`
    <div class="lead">${shape(alert.severity, taken)}</div>
    <div class="kind">
      <div class="clip"><span class="word">${m.t(SEVERITY_WORD[alert.severity])}</span> ${unreal(ctx, alert)}</div>
      <div class="origin">${origin(ctx, alert)}</div>
    </div>
    <button
      type="button"
      class="big"
      aria-haspopup="dialog"
      @click=${() => {
        actions.open({ kind: "alert", id: alert.id });
      }}
    >
      ${keyed(alert.id, html`<span class="fit" data-fit="8.1 6.4 5 4 3.2 2.7 2.3 2 1.6">${title}</span>`)}
    </button>
    <div class="where">
      <div class="clip">${m.text(alert.department?.name)}</div>
      <div class="place">${m.text(alert.unit?.name) || m.t("Whole province")}</div>
    </div>
    ${notice(ctx)}
    <div class="push">${taken ? holder(ctx, alert) : waiting(ctx, alert)}</div>
    <div class="acts">${taken ? nextButton(ctx) : html`${takeButton(ctx, alert)} ${shelveButton(ctx, alert)}`}</div>
    ${soundButton(ctx, true)}
  `;
}

function waiting(ctx: Context, alert: AlertTile): TemplateResult {
  const { m, fresh } = ctx;
  const index = 1 + fresh.findIndex((one) => one.id === alert.id);
  const count = totalsOf(ctx.state, ctx.now).alerts.unacknowledged;
  return html`<b>${m.t("Nobody has it")}</b><br />${m.t("{age} · {index} of {count}", {
      age: age(ctx, alert.opened_at),
      index,
      count,
    })}`;
}

function holder(ctx: Context, alert: AlertTile): TemplateResult {
  const { m } = ctx;
  const count = totalsOf(ctx.state, ctx.now).alerts.unacknowledged;
  const who = alert.holder ? m.t("{name} has it", { name: alert.holder.name }) : m.t("Someone has it");
  return html`<b>${who}</b><br />${m.t("{age} · {count} more unacknowledged", { age: age(ctx, alert.opened_at), count })}`;
}

function nextButton({ m, ui, fresh, actions }: Context): TemplateResult | typeof nothing {
  if (fresh.length === 0) return nothing;
  return html`<button
    type="button"
    class="btn main"
    @click=${() => {
      actions.next(1);
    }}
  >
    ${m.t("Next")} ${ui.letters ? html`<kbd>J</kbd>` : nothing}
  </button>`;
}

const notice = ({ ui, now }: Context): TemplateResult | typeof nothing =>
  ui.notice && now < ui.notice.until ? html`<p class="notice" role="status">${ui.notice.text}</p>` : nothing;
