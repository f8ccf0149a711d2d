import { html, nothing, type TemplateResult } from "lit-html";

import { CRITICAL_MUTE, MUTES } from "../alarms/mute";
import { VOLUMES } from "../alarms/volume";
import { isPast } from "../config";
import { formatClock } from "../format";
import { SEVERITY_WORD, type StringId } from "../strings";
import { SEVERITIES } from "../types";
import type { Context } from "./context";
import { icon, type Icon, shape } from "./glyphs";

/** Hours and minutes of an instant (ms) in the province. */
export const clockOf = ({ m }: Pick<Context, "m">, at: number): string => formatClock(at, m.language).slice(0, 5);

/** How this screen sounds: words and a shape. */
function standing(ctx: Context): { name: string; glyph: Icon; words: string } {
  const { m, alarms } = ctx;
  if (!alarms.sound.on) return { name: "off", glyph: "silentBell", words: m.t("Sound off") };
  if (alarms.blocked) return { name: "blocked", glyph: "silentBell", words: m.t("Touch the screen to hear it") };
  if (alarms.mute.all === 0) return { name: "on", glyph: "bell", words: m.t("Sound on") };
  return { name: "muted", glyph: "mutedBell", words: m.t("Muted until {time}", { time: clockOf(ctx, alarms.mute.all) }) };
}

/** The button at the right of the banner: whether this screen sounds; a press opens the choices. */
export function soundButton(ctx: Context, short: boolean): TemplateResult | typeof nothing {
  if (isPast(ctx.config)) return nothing;
  const { name, glyph, words } = standing(ctx);
  return html`<button
    type="button"
    class="sound"
    data-sound=${name}
    aria-haspopup="dialog"
    aria-label=${short ? words : nothing}
    @click=${() => {
      ctx.actions.open({ kind: "sound" });
    }}
  >
    ${short ? nothing : words}${icon(glyph)}
  </button>`;
}

/** The dialog: on or off for this screen, mute with an end, test tones, volume by day and night. */
export const soundBody = (ctx: Context): TemplateResult => {
  const { m, alarms } = ctx;
  return html`<section>
      <label class="switch">
        <input
          type="checkbox"
          .checked=${alarms.sound.on}
          @change=${(event: Event) => {
            alarms.act.setSound({ on: (event.target as HTMLInputElement).checked });
          }}
        />
        ${m.t("This screen sounds")}
      </label>
      <p class="cap">${m.t("One screen of a room is enough. Critical alerts repeat until somebody has them; the others sound once.")}</p>
    </section>
    ${mute(ctx)}
    <section>
      <h3>${m.t("Tones")}</h3>
      <ul class="records">
        ${SEVERITIES.filter((severity) => severity !== "info").map(
          (severity) => html`<li>
            <span>${shape(severity)} ${m.t(SEVERITY_WORD[severity])}</span>
            <button
              type="button"
              class="btn small quiet"
              aria-label=${m.t("Listen to {name}", { name: m.t(SEVERITY_WORD[severity]) })}
              @click=${() => {
                alarms.act.test(severity);
              }}
            >
              ${m.t("Listen")}
            </button>
          </li>`,
        )}
      </ul>
    </section>
    <section>
      <h3>${m.t("Volume")}</h3>
      ${volume(ctx, "day", "By day")} ${volume(ctx, "night", "At night, 22:00 to 06:00")}
    </section>`;
};

function mute(ctx: Context): TemplateResult | typeof nothing {
  const { m, alarms } = ctx;
  if (!alarms.sound.on) return nothing;
  const { all, critical } = alarms.mute;
  const until = critical < all && critical > 0 ? m.t("Critical ones are back at {time}", { time: clockOf(ctx, critical) }) : "";
  return html`<section>
    <h3>${m.t("Mute")} <span class="cap">${m.t("critical alerts: {n} minutes at most", { n: CRITICAL_MUTE })}</span></h3>
    <p class="choices">
      ${MUTES.map(
        (minutes) => html`<button
          type="button"
          class="btn small quiet"
          @click=${() => {
            alarms.act.mute(minutes);
          }}
        >
          ${m.t("{n} min", { n: minutes })}
        </button>`,
      )}
    </p>
    ${all > 0
      ? html`<p class="pair">
          <span>${m.t("Muted until {time}", { time: clockOf(ctx, all) })}${until ? ` · ${until}` : ""}</span>
          <button type="button" class="btn small accent" @click=${alarms.act.unmute}>${m.t("Sound again")}</button>
        </p>`
      : nothing}
  </section>`;
}

const volume = ({ m, alarms }: Context, time: "day" | "night", words: StringId): TemplateResult => html`<p class="pair">
  <label for=${`volume-${time}`}>${m.t(words)}</label>
  <select
    id=${`volume-${time}`}
    @change=${(event: Event) => {
      alarms.act.setSound({ [time]: Number((event.target as HTMLSelectElement).value) });
    }}
  >
    ${VOLUMES.map((share) => html`<option value=${share} ?selected=${share === alarms.sound[time]}>${100 * share} %</option>`)}
  </select>
</p>`;
