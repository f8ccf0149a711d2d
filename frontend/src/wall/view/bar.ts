import { html, nothing, type TemplateResult } from "lit-html";

import { isAttended } from "../config";
import { formatClock, formatDate, formatNumber, formatWeekday } from "../format";
import type { Context } from "./context";
import { icon } from "./glyphs";

/** The page of all indicators, for whoever reads the wall at a desk. */
const EXPLORE = "/indicators/";

const BEATS = [0, 1, 2, 3, 4, 5, 6, 7];

/** Top bar: whose wall, its boards, the server's clock, the link's pulse, who is on duty. */
export function bar(ctx: Context): TemplateResult {
  const { config, m, now } = ctx;
  const { language } = m;
  return html`
    <div class="who">
      <h1>${m.text(config.province.name)}</h1>
      <span class="cap">${m.text(config.province.subtitle)}</span>
    </div>
    <nav class="tabs" aria-label=${m.t("Boards")}>
      ${config.boards.map(
        (board) => html`<a href=${addressOf(ctx, board)} aria-current=${board.slug === config.board ? "page" : "false"}
          >${m.text(board.title)}</a
        >`,
      )}
      ${isAttended(config) ? html`<a href=${EXPLORE}>${m.t("Explore indicators")}</a>` : nothing}
      ${chooser(ctx)}
    </nav>
    <div class="clock">
      <span class="num" role="timer" aria-label=${m.t("Server time")}>${formatClock(now, language)}</span>
      <span class="date"><b>${formatWeekday(now, language)}</b><br />${formatDate(now, language)}</span>
    </div>
    ${isAttended(config) ? themeButton(ctx) : nothing} ${link(ctx)}
    <div class="cell person">
      <span><b class="clip">${duty(ctx)}</b><span class="cap clip">${config.user.name}</span></span>
    </div>
  `;
}

/** Dark for the control room, light for lit rooms and print; this screen remembers it. */
const themeButton = ({ m, actions }: Context): TemplateResult =>
  html`<button type="button" class="theme" @click=${actions.switchTheme}>${icon("theme", m.t("Light or dark"))}</button>`;

const addressOf = ({ config }: Context, board: { slug: string }): string =>
  board.slug === config.boards[0]?.slug ? "/wall/" : `/wall/${board.slug}/`;

/** Every board in a list, for when there is no room for all of them side by side (`fitTabs`): none is hidden. */
function chooser(ctx: Context): TemplateResult {
  const { config, m } = ctx;
  return html`<select
    class="all"
    aria-label=${m.t("Boards")}
    data-current=${config.board === config.boards[0]?.slug ? nothing : "page"}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement && event.target.value) location.assign(event.target.value);
    }}
  >
    ${config.board === config.boards[0]?.slug ? html`<option value="" selected disabled hidden>${m.t("Other boards")}</option>` : nothing}
    ${config.boards.slice(1).map(
      (board) =>
        html`<option value=${addressOf(ctx, board)} ?selected=${board.slug === config.board}>${m.text(board.title)}</option>`,
    )}
    ${isAttended(config) ? html`<option value=${EXPLORE}>${m.t("Explore indicators")}</option>` : nothing}
  </select>`;
}

const duty = ({ config, m }: Context): string =>
  config.user.duty ? m.t("On duty: {name}", { name: m.text(config.user.duty) }) : config.user.role;

function link(ctx: Context): TemplateResult {
  const { m, now } = ctx;
  const { status, beats, silence } = ctx.link;
  const words = { connecting: "Connecting", live: "Link good", retrying: "Reconnecting", lost: "Link lost" } as const;
  return html`<div class="cell link ${status}" role="status">
    ${status === "lost"
      ? icon("silent")
      : html`<span class="beat" aria-hidden="true"
          >${BEATS.map((i) => html`<i class=${beatClass(i, beats.length, silence)}></i>`)}</span
        >`}
    <span><span class="state">${m.t(words[status])}</span><span class="cap">${linkDetail(ctx, now)}</span></span>
  </div>`;
}

/** Bars fill from the right, one for each heartbeat; the newest stands tall while it is fresh. */
function beatClass(index: number, count: number, silence: number): string {
  if (index < BEATS.length - count) return "none";
  return index === BEATS.length - 1 && silence < 6 ? "now" : "";
}

function linkDetail({ m, link: { status, beats, silence, seq } }: Context, now: number): string {
  const last = beats.at(-1);
  if (status === "live" && last) {
    const seconds = formatNumber(Math.max(1, Math.round(last.gap)), m.language, 0);
    return m.t("beat {seconds} s · frame {seq}", { seconds, seq });
  }
  if (!last) return m.t("not connected yet");
  const time = formatClock(now - silence * 1000, m.language);
  return m.t(status === "lost" ? "since {time} · trying again" : "since {time}", { time });
}
