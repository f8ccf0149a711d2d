import type { State } from "./state";
import type { Why } from "./types";
import type { Dialog } from "./view/context";

/** Where the dialog's "Vì sao?" is answered; null when its thing has none. */
export function whyAddress(state: State, dialog: Dialog): string | null {
  if (dialog.kind === "panel") return state.panels.get(dialog.key)?.why ?? null;
  if (dialog.kind !== "alert" && dialog.kind !== "ticket") return null;
  const all = dialog.kind === "alert" ? state.alerts : state.tickets;
  for (const one of all.values()) if (one.id === dialog.id) return one.why ?? null;
  return null;
}

/** Asks what a figure is made of; null when it can't be read. */
export async function fetchWhy(address: string): Promise<Why | null> {
  try {
    const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    return response.ok ? ((await response.json()) as Why) : null;
  } catch {
    return null;
  }
}
