import { formatMoment } from "../format";
import type { PanelTile } from "../types";
import type { Context } from "./context";

/** Nothing has come yet; or something has, and no figure follows from it. */
export function noFigure({ m, now }: Pick<Context, "m" | "now">, panel: PanelTile | undefined): string {
  const at = panel?.figure.as_of;
  return at ? m.t("no figure from what came at {time}", { time: formatMoment(at, now, m.language) }) : m.t("no data yet");
}
