import { html, type TemplateResult } from "lit-html";

import { isPast } from "../config";
import type { StringId } from "../strings";
import type { Context } from "./context";

/** While the past is shown. */
const PAST: [string, StringId][] = [
  ["Space", "Play or pause"],
  ["← →", "A minute back or on; with Shift an hour"],
  [",", "Previous alert"],
  [".", "Next alert"],
  ["J", "Next unacknowledged alert"],
  ["K", "Previous unacknowledged alert"],
  ["?", "These keys"],
  ["Esc", "Back to now"],
];

const KEYS: [string, StringId][] = [
  ["N", "Acknowledge the alert in the banner or in the chosen row"],
  ["J", "Next unacknowledged alert"],
  ["K", "Previous unacknowledged alert"],
  ["G", "Shelve the alert in the banner or in the chosen row for ten minutes"],
  ["\u2191 \u2193", "Move through a list"],
  ["Enter", "Open the chosen row"],
  ["T", "What changed since I last looked"],
  ["M", "Mute for five minutes, or sound again"],
  ["V", "Why: what the chosen tile is made of"],
  ["?", "These keys"],
  ["Esc", "Close what is open"],
];

/** The keys of the wall, and the switch that turns single letters off (WCAG 2.2, 2.1.4). */
export const keys = ({ m, config, ui, actions }: Context): TemplateResult => html`
  <dl class="facts keys">${(isPast(config) ? PAST : KEYS).map(([key, words]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${m.t(words)}</dd></div>`)}</dl>
  <label class="switch">
    <input
      type="checkbox"
      .checked=${ui.letters}
      @change=${(event: Event) => {
        actions.setLetters((event.target as HTMLInputElement).checked);
      }}
    />
    ${m.t("Single letters act as keys")}
  </label>
`;
