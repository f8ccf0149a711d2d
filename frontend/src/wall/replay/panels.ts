import { html, nothing, type TemplateResult } from "lit-html";

import { formatClock, formatDate, formatTime } from "../format";
import { dayOf } from "./day";
import type { View } from "./room";

/** What a button of the lower bar opened. */
export function panel(view: View): TemplateResult | typeof nothing {
  if (view.panel === "notes") return notes(view);
  return view.panel === "export" ? take(view) : nothing;
}

function notes(view: View): TemplateResult {
  const { m, day, replay, at, acts, player } = view;
  const kept = day?.annotations ?? [];
  return html`<section class="rp-panel" aria-label=${m.t("Notes of this day")}>
    <h2>${m.t("Notes of this day")}</h2>
    ${kept.length === 0 ? html`<p>${m.t("Nothing noted on this day.")}</p>` : nothing}
    <ul>
      ${kept.map(
        (note) => html`<li>
          <button
            type="button"
            class="plain num"
            @click=${() => {
              player.seek(Date.parse(note.at));
            }}
          >
            ${formatTime(note.at, m.language)}
          </button>
          <span>${note.text} <small>${note.author}</small></span>
        </li>`,
      )}
    </ul>
    ${replay.mayAnnotate && replay.at !== null
      ? html`<form
          @submit=${(event: SubmitEvent) => {
            event.preventDefault();
            const area = (event.target as HTMLFormElement).querySelector("textarea");
            if (!area?.value.trim()) return;
            void acts.note(area.value.trim()).then((ok) => {
              if (ok) area.value = "";
            });
          }}
        >
          <label for="rp-note">${m.t("A note about {time}", { time: formatClock(at, m.language) })}</label>
          <textarea id="rp-note" maxlength="1000" rows="3" required @focus=${player.pause}></textarea>
          <button type="submit" class="btn on">${m.t("Write it down")}</button>
        </form>`
      : nothing}
  </section>`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** `2026-03-02T08:15`, as a browser's field for local times wants it; the province's time. */
const local = (at: number, language: "vi" | "en"): string => `${dayOf(at)}T${formatClock(at, language).slice(0, 5)}`;

function take(view: View): TemplateResult {
  const { m, at, real, acts, config, replay } = view;
  const earliest = Date.parse(replay.earliest ?? replay.now) + MINUTE;
  return html`<section class="rp-panel" aria-label=${m.t("Export")}>
    <h2>${m.t("Export")} · ${formatClock(at, m.language)} ${formatDate(at, m.language)}</h2>
    <div class="rp-ways">
      <button type="button" class="btn" data-export="png" @click=${() => void acts.export("png")}>${m.t("Picture (PNG)")}</button>
      <button type="button" class="btn" data-export="pdf" @click=${() => void acts.export("pdf")}>${m.t("Document (PDF)")}</button>
      <button type="button" class="btn" @click=${() => { window.print(); }}>${m.t("Print")}</button>
      <button
        type="button"
        class="btn"
        @click=${() => {
          void copied(location.href).then((done) => {
            acts.say(done ? m.t("Copied") : location.href);
          });
        }}
      >
        ${m.t("Copy the link to this moment")}
      </button>
    </div>
    <form action=${`/wall/${config.board}/report/`} target="_blank">
      <h3>${m.t("Incident report")}</h3>
      <label>${m.t("From")} <input type="datetime-local" name="from" .value=${local(Math.max(earliest, at - HOUR), m.language)} required /></label>
      <label>${m.t("To")} <input type="datetime-local" name="to" .value=${local(Math.min(real, at + HOUR), m.language)} required /></label>
      <button type="submit" class="btn on">${m.t("Open the report")}</button>
    </form>
  </section>`;
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
