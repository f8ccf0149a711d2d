import { html, nothing, type TemplateResult } from "lit-html";

import { isAttended } from "../config";
import { formatMoment } from "../format";
import type { Context } from "./context";
import { sinceLine } from "./since";

/** Footer: the simulated mark, what happened last, the keys. It shows lines; it doesn't run. */
export function foot(ctx: Context): TemplateResult {
  const { m, config, state, now } = ctx;
  const lines = state.log.slice(0, 4);
  return html`
    ${mark(ctx)}
    <ol class="log" aria-label=${m.t("Latest events")}>
      ${lines.length === 0 && state.epoch !== null ? html`<li>${m.t("Nothing has happened since this screen opened")}</li>` : nothing}
      ${lines.map(
        (line) => html`<li>
          <b class="num">${formatMoment(new Date(line.at).toISOString(), now, m.language)}</b
          ><span class="clip">${m.title(line.title)} · ${m.t(line.id, line.params)}</span>
        </li>`,
      )}
    </ol>
    ${isAttended(config) ? controls(ctx) : nothing}
  `;
}

/** What a person at the screen can do: an unattended one has nobody to do it. */
function controls(ctx: Context): TemplateResult {
  const { m, config, now, actions } = ctx;
  return html`${sinceLine(ctx)}
    <a class="hint" href=${`?at=${new Date(now - 3_600_000).toISOString()}`}>${m.t("Replay")}</a>
    <span class="hint" data-realm=${config.realm}>
      <button
        type="button"
        class="plain"
        @click=${() => {
          actions.open({ kind: "keys" });
        }}
      >
        ${m.t("Keys")} <kbd>?</kbd>
      </button>
    </span>`;
}

const DRILL = /^drill-(.+)$/;

/** Striped and worded: simulated figures never look like real ones, and never take a severity's colour. */
function mark({ m, config }: Context): TemplateResult | typeof nothing {
  const drill = DRILL.exec(config.realm)?.[1];
  const words = [
    drill === undefined ? "" : m.t("DRILL {name}", { name: drill }),
    config.simulated ? m.t("Simulated figures") : "",
  ].filter(Boolean);
  return words.length > 0 ? html`<span class="simmark"><span>${words.join(" · ")}</span></span>` : nothing;
}
