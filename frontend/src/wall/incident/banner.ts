import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { formatMoment } from "../format";
import { SEVERITY_WORD } from "../strings";
import type { AlertTile } from "../types";
import { origin, takeButton, unreal } from "../view/bannerParts";
import { age, type Context } from "../view/context";
import { shape } from "../view/glyphs";
import type { IncidentView } from "./types";

/** A first part longer than this is no figure to be read from eight metres. */
const LONGEST = 26;

/** A title's figure and what is said of it: "Trạm Cầu 40,69 m" and "trên BĐ III 6,19 m". */
export function halves(title: string): [string, string] {
  const at = title.indexOf(": ");
  return at > 0 && at <= LONGEST ? [title.slice(0, at), title.slice(at + 2)] : [title, ""];
}

/** The incident in one line: what, how bad, who has it, since when, how many tickets. */
export function incidentBanner(ctx: Context, view: IncidentView): TemplateResult {
  const { alert } = view;
  return alert ? told(ctx, view, alert) : calm(ctx, view);
}

function calm({ m }: Context, { status }: IncidentView): TemplateResult {
  const words = {
    none: "No alert is open",
    missing: "This alert is not there, or not yours to see",
    failed: "What hangs on this alert could not be read just now",
    loading: "Connecting",
    ready: "Connecting",
  } as const;
  return html`<div class="lead">${shape("normal")}</div>
    <p class="quiet-word" role="status">${m.t(words[status])}</p>
    ${status === "missing" ? html`<a class="btn quiet" href="/wall/incident/">${m.t("The worst open alert")}</a>` : nothing}`;
}

function told(ctx: Context, view: IncidentView, alert: AlertTile): TemplateResult {
  const { m, actions } = ctx;
  const [figure, rest] = halves(m.title(alert.title));
  return html`<div class="lead">${shape(alert.severity, view.ended || alert.state !== "active")}</div>
    <div class="kind">
      <div class="clip"><span class="word">${m.t(SEVERITY_WORD[alert.severity])}</span></div>
      <div class="origin">${[origin(ctx, alert), unreal(ctx, alert)].filter(Boolean).join(" · ")}</div>
    </div>
    <button
      type="button"
      class="big"
      aria-haspopup="dialog"
      @click=${() => {
        actions.open({ kind: "alert", id: alert.id });
      }}
    >
      ${keyed(`${alert.id} ${figure}`, html`<span class="fit" data-fit="8.1 6.4 5 4 3.2 2.7 2.3 2">${figure}</span>`)}
    </button>
    ${rest ? html`<p class="rest">${capital(rest, m.language)}</p>` : nothing}
    <div class="push">${standing(ctx, view, alert)}<br />${since(ctx, view, alert)}</div>
    <div class="acts">${view.ended || alert.state !== "active" ? nothing : takeButton(ctx, alert)}</div>`;
}

const capital = (words: string, language: string): string => words.charAt(0).toLocaleUpperCase(language) + words.slice(1);

function standing({ m, now }: Context, view: IncidentView, alert: AlertTile): TemplateResult {
  const ended = view.data?.alert.ended_at;
  if (view.ended) return html`<b>${ended ? m.t("Ended at {time}", { time: formatMoment(ended, now, m.language) }) : m.t("Ended")}</b>`;
  if (alert.state === "active") return html`<b>${m.t("Nobody has it")}</b>`;
  return html`<b>${alert.holder ? m.t("{name} has it", { name: alert.holder.name }) : m.t("Someone has it")}</b>`;
}

function since(ctx: Context, { data }: IncidentView, alert: AlertTile): string {
  const { m } = ctx;
  const parts = [m.text(alert.unit?.name), m.t("open for {age}", { age: age(ctx, alert.opened_at) })];
  if (data) parts.push(m.t("{count} tickets", { count: data.tickets.total }));
  return parts.filter(Boolean).join(" · ");
}
