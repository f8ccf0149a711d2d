import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit-html";

import { formatClock, formatDate, formatTime } from "../format";
import { bars, beginOf, dayOf, QUARTERS } from "./day";
import { panel } from "./panels";
import { SPEEDS } from "./player";
import type { View } from "./room";

const DAY = 86_400_000;
const HIGH = 50;

/** Paper bar below the recorded wall: play, speed, the day with its alerts, notes, export. */
export function bottom(view: View): TemplateResult {
  const { m, player, acts, notice } = view;
  return html`
    <div class="rp-play" role="group" aria-label=${m.t("Controls of the replay")}>
      <button
        type="button"
        class="btn ${player.playing ? "on" : ""}"
        aria-label=${m.t(player.playing ? "Pause" : "Play")}
        @click=${player.toggle}
      >
        ${player.playing ? PAUSE : PLAY}
      </button>
      ${SPEEDS.map(
        (speed) => html`<button
          type="button"
          class="btn ${player.speed === speed ? "on" : ""}"
          aria-pressed=${player.speed === speed ? "true" : "false"}
          aria-label=${m.t("{speed} seconds of the past a second", { speed })}
          @click=${() => {
            player.setSpeed(speed);
          }}
        >
          ×${speed}
        </button>`,
      )}
      <button type="button" class="btn" aria-label=${m.t("Previous alert")} @click=${() => void acts.toAlarm(-1)}>${PREVIOUS}</button>
      <button type="button" class="btn" aria-label=${m.t("Next alert")} @click=${() => void acts.toAlarm(1)}>${NEXT}</button>
    </div>
    ${days(view)} ${track(view)}
    <div class="rp-take">
      ${opener(view, "notes", m.t("Note"))} ${opener(view, "export", m.t("Export"))}
    </div>
    ${panel(view)} ${notice ? html`<p class="rp-notice" role="status">${notice}</p>` : nothing}
  `;
}

const sign = (path: string): TemplateResult => html`<svg class="rp-sign" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;
const PLAY = sign("M6 3l15 9-15 9Z");
const PAUSE = sign("M5 3h5v18H5ZM14 3h5v18h-5Z");
const PREVIOUS = sign("M3 3h3v18H3ZM21 3v18L8 12Z");
const NEXT = sign("M18 3h3v18h-3ZM3 3v18l13-9Z");

const opener = ({ panel: open, acts, busy }: View, name: "notes" | "export", words: string): TemplateResult => html`<button
  type="button"
  class="btn"
  data-panel=${name}
  ?disabled=${busy}
  aria-expanded=${open === name ? "true" : "false"}
  @click=${() => {
    acts.toggle(name);
  }}
>
  ${words}
</button>`;

function days({ m, at, real, replay, player }: View): TemplateResult {
  return html`<label class="rp-day"
    ><span class="sr">${m.t("Day")}</span>
    <input
      type="date"
      .value=${dayOf(at)}
      min=${replay.earliest ? dayOf(Date.parse(replay.earliest)) : nothing}
      max=${dayOf(real)}
      @change=${(event: Event) => {
        const { value } = event.target as HTMLInputElement;
        if (value) player.seek(beginOf(value) + ((at - beginOf(dayOf(at))) % DAY));
      }}
    /></label>`;
}

/** The day from midnight to midnight: a bar for each quarter of an hour, notes, and the moment. */
function track(view: View): TemplateResult {
  const { m, at, day, dayFailed, player } = view;
  const begin = beginOf(dayOf(at));
  const { counts, most } = bars(day);
  const quarter = counts[Math.min(QUARTERS - 1, Math.floor((at - begin) / 900_000))] ?? 0;
  const total = counts.reduce((sum, one) => sum + one, 0);
  const clock = formatClock(at, m.language);
  return html`<div
    class="rp-track"
    role="slider"
    tabindex="0"
    aria-label=${m.t("Moment of the day")}
    aria-valuemin="0"
    aria-valuemax=${DAY / 1000}
    aria-valuenow=${Math.floor((at - begin) / 1000)}
    aria-valuetext=${m.t("{time}, {count} alerts opened in this quarter of an hour", { time: clock, count: quarter })}
    title=${dayFailed ? m.t("The day could not be read.") : m.t("{count} alerts opened on {date}", { count: total, date: formatDate(at, m.language) })}
    @click=${(event: MouseEvent) => {
      const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      player.seek(begin + (DAY * (event.clientX - left)) / width);
    }}
  >
    <svg viewBox="0 0 1000 62" preserveAspectRatio="none" aria-hidden="true">
      ${unrecorded(view, begin)} ${counts.map((count, i) => bar(i, count / most, begin + (i + 0.5) * 900_000 < at))}
      <path class="base" d="M0 58.5H1000" />
      ${(day?.annotations ?? []).map((note) => svg`<path class="note" d="M${place(Date.parse(note.at), begin)} 4V58" />`)}
      <path class="here" d="M${place(at, begin)} 4V62" />
    </svg>
    <i class="rp-here" style=${`left:${(place(at, begin) / 10).toFixed(2)}%`}></i>
    ${(day?.annotations ?? []).map(
      (note) => html`<i class="rp-noted" style=${`left:${(place(Date.parse(note.at), begin) / 10).toFixed(2)}%`} title=${`${formatTime(note.at, m.language)} ${note.author}: ${note.text}`}></i>`,
    )}
    <div class="rp-hours" aria-hidden="true">${[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => html`<span>${String(hour).padStart(2, "0")}:00</span>`)}</div>
  </div>`;
}

const place = (at: number, begin: number): number => Math.max(0, Math.min(1000, (1000 * (at - begin)) / DAY));

function bar(index: number, share: number, past: boolean): SVGTemplateResult {
  const width = 1000 / QUARTERS;
  const height = share === 0 ? 2 : 6 + (HIGH - 6) * share;
  return svg`<rect class=${past ? "past" : "later"} x=${index * width} y=${58 - height} width=${width - 1.6} height=${height} />`;
}

/** Before the first recorded moment and after now there is nothing to show. */
function unrecorded({ replay, real }: View, begin: number): SVGTemplateResult {
  const first = place(replay.earliest ? Date.parse(replay.earliest) : real, begin);
  const last = place(real, begin);
  return svg`<rect class="none" x="0" y="4" width=${first} height="54" /><rect class="none" x=${last} y="4" width=${1000 - last} height="54" />`;
}
