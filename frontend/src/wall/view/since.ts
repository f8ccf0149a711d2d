import { html, nothing, type TemplateResult } from "lit-html";

import type { Happening } from "../alarms/since";
import { formatMoment, formatNumber } from "../format";
import type { StringId } from "../strings";
import type { Context } from "./context";
import { shape } from "./glyphs";

/** The footer's right end: what changed since this person last looked. */
export function sinceLine(ctx: Context): TemplateResult | typeof nothing {
  const { m, ui, alarms, actions, now } = ctx;
  const { since, counts } = alarms;
  if (!since || !counts) return nothing;
  const changed: [number, StringId][] = [
    [counts.alerts, "{n} alerts"],
    [counts.climbed, "{n} tickets up a rung"],
    [counts.silent, "{n} sources lost"],
  ];
  const parts = changed.filter(([n]) => n > 0).map(([n, id], i) => html`${i > 0 ? " · " : ""}${counted(ctx, id, n)}`);
  return html`<button
    type="button"
    class="plain since"
    aria-haspopup="dialog"
    @click=${() => {
      actions.open({ kind: "since" });
    }}
  >
    <span class="clip"
      >${m.t("Since {time}", { time: formatMoment(since.after, now, m.language) })}:
      ${parts.length > 0 ? parts : m.t("nothing new")}</span
    >
    ${ui.letters ? html`<kbd>T</kbd>` : nothing}
  </button>`;
}

/** The number stands out from its words. */
function counted({ m }: Context, id: StringId, n: number): TemplateResult {
  const [before = "", after = ""] = m.t(id, { n: MARK }).split(MARK);
  return html`${before}<b class="num">${id === "{n} alerts" ? "+" : ""}${formatNumber(n, m.language, 0)}</b>${after}`;
}

const MARK = "\u0001";

const WORDS: Record<string, StringId> = {
  raised: "new alert",
  reopened: "alert is back",
  severity: "got worse",
  acknowledged: "acknowledged by {name}",
  cleared: "condition gone",
  resolved: "resolved by {name}",
  shelved: "shelved by {name}",
  unshelved: "back from the shelf",
  suppressed: "suppressed by {name}",
  merged: "merged by {name}",
  released: "out again: what hid it is over",
  latched: "comes and goes: kept as one alert",
  unlatched: "steady again",
  climbed: "up to rung {rung}: {name}",
};

/** Kinds that bring an alert before people: drawn filled. */
const NEWS = new Set(["raised", "reopened", "released", "latched"]);

/** What happened, newest first. */
export function sinceBody(ctx: Context): TemplateResult {
  const { m, alarms, now } = ctx;
  const rows = alarms.since?.rows ?? [];
  if (rows.length === 0) return html`<p class="cap">${m.t("nothing new")}</p>`;
  return html`<ol class="happened">
    ${rows.map(
      (row) => html`<li>
        <b class="num">${formatMoment(row.at, now, m.language)}</b>
        ${shape(row.severity, !NEWS.has(row.kind))}
        <div>
          ${title(ctx, row)}
          <span class="cap">${[deed(ctx, row), m.text(row.unit?.name) || m.text(row.department?.name)].filter(Boolean).join(" · ")}</span>
        </div>
      </li>`,
    )}
  </ol>`;
}

function deed({ m }: Context, row: Happening): string {
  const id = WORDS[row.kind];
  return id ? m.t(id, { name: m.text(row.who) || m.t("the system"), rung: row.rung ?? 0 }) : row.kind;
}

/** Opens what is still on the wall; a ticket's page else. */
function title(ctx: Context, row: Happening): TemplateResult {
  const { m, state, actions } = ctx;
  const words = m.title(row.title);
  if (row.url) return html`<a href=${row.url}>${words}</a>`;
  const id = row.alert ?? "";
  if (![...state.alerts.values()].some((alert) => alert.id === id)) return html`<span>${words}</span>`;
  return html`<button
    type="button"
    class="what"
    @click=${() => {
      actions.open({ kind: "alert", id });
    }}
  >
    ${words}
  </button>`;
}

export function sinceParts(ctx: Context): { title: string; lead: string; body: TemplateResult; foot: TemplateResult | typeof nothing } {
  const { m, alarms, now } = ctx;
  const { since } = alarms;
  const shown = since?.rows.length ?? 0;
  return {
    title: since ? m.t("Since {time}", { time: formatMoment(since.after, now, m.language) }) : m.t("What changed since I last looked"),
    lead: since && since.total > shown ? m.t("{shown} of {count}", { shown, count: since.total }) : m.t("What changed since I last looked"),
    body: sinceBody(ctx),
    foot: since
      ? html`<button type="button" class="btn small accent" @click=${alarms.act.seen}>${m.t("Seen: begin again from now")}</button>`
      : nothing,
  };
}
