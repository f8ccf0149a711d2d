import { html, nothing, type TemplateResult } from "lit-html";

import type { Group, Row } from "../alarms/groups";
import { isUnacknowledged } from "../state";
import { SEVERITY_WORD } from "../strings";
import type { AlertTile } from "../types";
import { age, type Context } from "./context";
import { shape } from "./glyphs";
import { alertRow } from "./lists";

/** The line above the list while more alerts come than a person can take. */
export function floodLine(ctx: Context): TemplateResult | typeof nothing {
  const { m, alarms } = ctx;
  const { flood, rows, apart } = alarms;
  if (!flood.on) return nothing;
  const groups = rows?.length ?? 0;
  return html`<p class="flood">
    ${shape("info")}
    <span class="clip"
      ><b>${m.t("Alert flood")}</b> ·
      ${apart
        ? m.t("{count} in 10 min", { count: flood.recent })
        : m.t("{count} in 10 min, {groups} rows", { count: flood.recent, groups })}</span
    >
    <button
      type="button"
      class="plain"
      @click=${() => {
        alarms.act.setApart(!apart);
      }}
    >
      ${m.t(apart ? "Group them" : "Show each")}
    </button>
  </p>`;
}

export const rowKey = (row: Row): string => (row.kind === "alert" ? row.alert.id : `group ${row.group.key}`);

/** A group in one row: the worst member's shape with their number, filled while nobody has one of them. */
export function groupRow(ctx: Context, group: Group, current: string | undefined): TemplateResult {
  const { m, actions } = ctx;
  const [worst] = group.alerts;
  if (!worst) return html``;
  const newest = group.alerts.reduce((last, one) => (Date.parse(one.opened_at) > Date.parse(last.opened_at) ? one : last));
  const place = group.places > 1 ? m.t("{count} places", { count: group.places }) : placeOf(ctx, worst);
  const isCurrent = group.alerts.some((alert) => alert.id === current);
  return html`<li class="alert group ${isCurrent ? "cur" : ""}">
    ${shape(worst.severity, group.fresh === 0)}
    <div class="line">
      <button
        type="button"
        class="what"
        aria-haspopup="dialog"
        @click=${() => {
          actions.open({ kind: "group", ids: group.alerts.map((alert) => alert.id) });
        }}
      >
        <span class="sr">${m.t(SEVERITY_WORD[worst.severity])}:</span>
        <b class="num times">${group.alerts.length}×</b> ${m.title(worst.title)}
      </button>
      <span class="num">${age(ctx, newest.opened_at)}</span>
    </div>
    <div class="line under">
      <span class="place clip">${place}</span>
      <span class="st clip ${group.fresh > 0 ? "open" : ""}"
        >${group.fresh > 0 ? m.t("{count} unacknowledged", { count: group.fresh }) : m.t("{count} in hand", { count: group.alerts.length })}</span
      >
    </div>
  </li>`;
}

const placeOf = ({ m }: Context, alert: AlertTile): string =>
  m.text(alert.unit?.name) || m.text(alert.department?.name) || m.t("Whole province");

/** A group's members, and the button that takes all of them. */
export function groupParts(ctx: Context, ids: readonly string[]): { title: string; lead: string; body: TemplateResult; foot: TemplateResult } | null {
  const { m, now } = ctx;
  const alerts = ctx.alerts.filter((alert) => ids.includes(alert.id));
  const [first] = alerts;
  if (!first) return null;
  const fresh = alerts.filter((alert) => isUnacknowledged(alert, now));
  return {
    title: m.t("{count} alerts: {title}", { count: alerts.length, title: m.text(first.title) }),
    lead: m.t("{count} unacknowledged", { count: fresh.length }),
    body: html`<ul class="rows free">
      ${alerts.map((alert) => alertRow(ctx, alert, false))}
    </ul>`,
    foot: takeAll(ctx, fresh, ids.join(" ")),
  };
}

function takeAll(ctx: Context, fresh: readonly AlertTile[], key: string): TemplateResult {
  const { m, alarms, mayAcknowledge } = ctx;
  if (alarms.taking) return html`<p role="status">${m.t("{done} of {count} acknowledged", { ...alarms.taking })}</p>`;
  if (!mayAcknowledge || fresh.length === 0) return html``;
  const count = fresh.length;
  if (alarms.confirming !== key) {
    return html`<button
      type="button"
      class="btn small accent"
      @click=${() => {
        alarms.act.confirm(key);
      }}
    >
      ${m.t("Acknowledge all {count}", { count })}
    </button>`;
  }
  return html`<p role="alert">${m.t("Take {count} alerts in hand? This cannot be undone.", { count })}</p>
    <button
      type="button"
      class="btn small accent"
      @click=${() => {
        alarms.act.takeAll(fresh);
      }}
    >
      ${m.t("Yes, all {count}", { count })}
    </button>
    <button
      type="button"
      class="btn small quiet"
      @click=${() => {
        alarms.act.confirm(null);
      }}
    >
      ${m.t("No")}
    </button>`;
}
