import { html, nothing, type TemplateResult } from "lit-html";

import { ageOf, formatClock, formatDate, formatWeekday } from "../format";
import type { View } from "./room";

/** Paper bar above the recorded wall: what this is, the moment in outlined figures, what time it really is, the way out. */
export function top(view: View): TemplateResult {
  const { m, at, real, replay } = view;
  if (replay.at === null) return refused(view);
  const { language } = m;
  return html`
    <h1 class="rp-stamp">${m.t("REPLAY")}</h1>
    <span class="rp-then num" role="timer">${formatClock(at, language)}</span>
    <span class="rp-date"><b>${formatWeekday(at, language)}, ${formatDate(at, language)}</b><br />${distance(view)}</span>
    ${boards(view)}
    <span class="rp-real"
      >${m.t("It is now")}<br /><b class="num">${formatClock(real, language)} · ${formatDate(real, language)}</b></span
    >
    <span class="rp-real rp-hands">${m.t("No alert can be acknowledged or shelved")}<br />${m.t("while the past is shown")}</span>
    ${exit(view)}
  `;
}

const exit = ({ m }: View): TemplateResult =>
  html`<a class="btn rp-exit" href=${location.pathname}>${m.t("Back to now")} <kbd>Esc</kbd></a>`;

/** A moment that cannot be shown: why, and the ways to go on. */
function refused(view: View): TemplateResult {
  const { m, replay } = view;
  return html`<h1 class="rp-stamp">${m.t("REPLAY")}</h1>
    <b class="rp-date" role="alert">${replay.fault}</b>
    ${replay.earliest
      ? html`<a class="btn rp-first" href=${`?at=${encodeURIComponent(replay.earliest)}`}>${m.t("The earliest moment")}</a>`
      : nothing}
    ${exit(view)}`;
}

function distance({ m, at, real, config, status }: View): string {
  const { id, params } = ageOf(real - at);
  const kind = config.realm.startsWith("drill-") ? m.t("drill") : config.simulated ? m.t("simulated") : "";
  const words = { reading: m.t("Reading the past"), broken: m.t("The link broke; trying again"), shown: "" }[status];
  return [kind, m.t("{age} ago", { age: m.t(id, params) }), words].filter(Boolean).join(" · ");
}

/** The other boards at this very moment. */
function boards({ m, config, at }: View): TemplateResult {
  return html`<label class="rp-board"
    ><span class="sr">${m.t("Board")}</span>
    <select
      @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement;
        location.assign(`${value}?at=${new Date(at).toISOString()}`);
      }}
    >
      ${config.boards.map(
        ({ slug, title }) =>
          html`<option value=${`/wall/${slug}/`} ?selected=${slug === config.board}>${m.text(title)}</option>`,
      )}
    </select></label
  >`;
}
