import { html, nothing, type TemplateResult } from "lit-html";

import type { AlertTile } from "../types";
import type { Context } from "./context";

/** Which monitor raised it. */
export function origin({ config, m }: Context, alert: AlertTile): string {
  const board = config.boards.find((one) => one.slug === alert.monitor);
  return board ? m.text(board.title) : "";
}

/** Says so when it isn't real. */
export function unreal({ config, m }: Context, alert: AlertTile): string {
  if (config.realm.startsWith("drill-")) return m.t("drill");
  return alert.simulated ? m.t("simulated") : "";
}

/** Takes the alert on, for whoever may. */
export function takeButton({ m, ui, mayAcknowledge, actions }: Context, alert: AlertTile): TemplateResult | typeof nothing {
  if (!mayAcknowledge) return nothing;
  const busy = ui.acknowledging === alert.id;
  return html`<button
    type="button"
    class="btn main"
    ?disabled=${busy}
    @click=${() => {
      actions.acknowledge(alert);
    }}
  >
    ${m.t(busy ? "Acknowledging" : "Acknowledge")} ${ui.letters ? html`<kbd>N</kbd>` : nothing}
  </button>`;
}
