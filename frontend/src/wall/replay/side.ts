import { html, nothing, type TemplateResult } from "lit-html";

import { formatInstant } from "../format";
import { differences } from "./compare";
import type { View } from "./room";

/** Differences that have room beside the recorded wall. */
const ROOM = 7;

/** What differs between the moment shown and now. */
export function side(view: View): TemplateResult {
  const { m, now, nowFailed, replay } = view;
  return html`<h2>${m.t("Compared with now")}</h2>
    ${now ? list(view, now) : nothing} ${nowFailed ? html`<p>${m.t("Now could not be read.")}</p>` : nothing}
    ${replay.earliest
      ? html`<p class="rp-since">${m.t("recorded since {time}", { time: formatInstant(replay.earliest, m.language) })}</p>`
      : nothing}`;
}

function list({ m, app, at, config }: View, now: NonNullable<View["now"]>): TemplateResult | TemplateResult[] {
  if (app.picture.epoch === null) return html``;
  const shown = config.layout.tiles.map(({ monitor, panel }) => `${monitor ?? ""}/${panel ?? ""}`);
  const found = differences(m, shown, { state: app.picture, at }, now);
  if (found.length === 0) return html`<p>${m.t("Nothing differs from now.")}</p>`;
  // What is open, climbing and silent stands at the end and is never left out.
  const counts = found.filter(({ what }) => what === m.t("Alerts open") || what === m.t("Tickets climbing") || what === m.t("Sources silent"));
  const figures = found.filter((one) => !counts.includes(one));
  const fit = figures.slice(0, ROOM - counts.length);
  const more = figures.length - fit.length;
  return html`<ul>
      ${[...fit, ...counts].map(
        ({ what, figures: change, remark }) => html`<li>${what}<b class="num">${change}</b>${remark}</li>`,
      )}
    </ul>
    ${more > 0 ? html`<p>${m.t("{count} more figures differ", { count: more })}</p>` : nothing}`;
}
