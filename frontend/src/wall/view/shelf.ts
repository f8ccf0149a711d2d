import { html, nothing, type TemplateResult } from "lit-html";

import { onShelf, SHORT, shelfTimes } from "../alarms/shelf";
import { formatMoment } from "../format";
import { shelvedCount } from "../select";
import { isShelved } from "../state";
import { SEVERITY_WORD } from "../strings";
import type { AlertTile } from "../types";
import type { Context } from "./context";
import { shape } from "./glyphs";
import { clockOf } from "./sound";

/** The banner's second button: ten minutes without this alert. */
export function shelveButton(ctx: Context, alert: AlertTile): TemplateResult | typeof nothing {
  const { m, ui, alarms } = ctx;
  if (!alarms.mayShelve) return nothing;
  return html`<button
    type="button"
    class="btn"
    ?disabled=${alarms.shelving === alert.id}
    @click=${() => {
      alarms.act.shelve(alert);
    }}
  >
    ${m.t("Shelve {n} min", { n: SHORT })} ${ui.letters ? html`<kbd>G</kbd>` : nothing}
  </button>`;
}

/** How many are on a shelf, until when the first: always in sight while there are any; a press lists them. */
export function shelvedNote(ctx: Context, short = false): TemplateResult | typeof nothing {
  const { m, state, now, actions } = ctx;
  const count = shelvedCount(state, now);
  const [first] = onShelf(state, now);
  if (!first) return nothing;
  return html` ·
    <button
      type="button"
      class="plain"
      aria-haspopup="dialog"
      @click=${() => {
        actions.open({ kind: "shelf" });
      }}
    >
      ${short
        ? m.t("{count} shelved", { count })
        : m.t("{count} shelved until {time}", { count, time: clockOf(ctx, Date.parse(first.shelved_until ?? "")) })}
    </button>`;
}

/** In an alert's dialog: put it aside for a while with a reason, or take it back. */
export function shelfPart(ctx: Context, alert: AlertTile): TemplateResult | typeof nothing {
  const { m, now, alarms, config } = ctx;
  const busy = alarms.shelving === alert.id;
  if (isShelved(alert, now)) return html`<section><h3>${m.t("Shelved")}</h3>${shelvedLine(ctx, alert)}</section>`;
  if (!alarms.mayShelve || !["active", "acknowledged", "resolved"].includes(alert.state)) return nothing;
  return html`<section>
    <h3>${m.t("Shelve")} <span class="cap">${m.t("comes back by itself, or at once when it gets worse")}</span></h3>
    <label class="reason">
      <span class="cap">${m.t("Reason")}</span>
      <input
        type="text"
        maxlength="200"
        .value=${alarms.reason}
        @input=${(event: Event) => {
          alarms.act.setReason((event.target as HTMLInputElement).value);
        }}
      />
    </label>
    <p class="choices">
      ${shelfTimes(now, config.user.shift?.ends ?? null).map(
        (time) => html`<button
          type="button"
          class="btn small quiet"
          ?disabled=${busy}
          @click=${() => {
            alarms.act.shelve(alert, time.until);
          }}
        >
          ${m.t(time.id, time.params)}
        </button>`,
      )}
    </p>
  </section>`;
}

function shelvedLine(ctx: Context, alert: AlertTile): TemplateResult {
  const { m, alarms } = ctx;
  const by = alert.shelved_by ? m.t("by {name}", { name: alert.shelved_by.name }) : "";
  return html`<p class="pair">
    <span>${[m.t("until {time}", { time: formatMoment(alert.shelved_until ?? "", ctx.now, m.language) }), by].filter(Boolean).join(" · ")}</span>
    ${alarms.mayShelve
      ? html`<button
          type="button"
          class="btn small quiet"
          ?disabled=${alarms.shelving === alert.id}
          aria-label=${m.t("Take back: {title}", { title: m.title(alert.title) })}
          @click=${() => {
            alarms.act.unshelve(alert);
          }}
        >
          ${m.t("Take back")}
        </button>`
      : nothing}
  </p>`;
}

/** Everything that is on a shelf. */
export const shelfBody = (ctx: Context): TemplateResult => {
  const { m, actions } = ctx;
  const alerts = onShelf(ctx.state, ctx.now);
  if (alerts.length === 0) return html`<p class="cap">${m.t("Nothing is shelved")}</p>`;
  return html`<ul class="shelved">
    ${alerts.map(
      (alert) => html`<li>
        ${shape(alert.severity, alert.state !== "active")}
        <div>
          <button
            type="button"
            class="what"
            @click=${() => {
              actions.open({ kind: "alert", id: alert.id });
            }}
          >
            <span class="sr">${m.t(SEVERITY_WORD[alert.severity])}:</span> ${m.title(alert.title)}
          </button>
          <span class="cap">${m.text(alert.unit?.name) || m.text(alert.department?.name)}</span>
          ${shelvedLine(ctx, alert)}
        </div>
      </li>`,
    )}
  </ul>`;
};
