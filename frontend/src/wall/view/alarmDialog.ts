import type { Context, Dialog } from "./context";
import type { Parts } from "./dialog";
import { groupParts } from "./flood";
import { shelfBody } from "./shelf";
import { sinceParts } from "./since";
import { soundBody } from "./sound";

/** The dialogs that belong to alarms as such and not to one of them. */
export function alarmDialog(ctx: Context, open: Extract<Dialog, { kind: "group" | "shelf" | "sound" | "since" }>): Parts | null {
  const { m } = ctx;
  switch (open.kind) {
    case "group":
      return groupParts(ctx, open.ids);
    case "shelf":
      return { title: m.t("Shelved alerts"), lead: m.t("They come back by themselves"), body: shelfBody(ctx) };
    case "sound":
      return { title: m.t("Sound"), lead: m.t("for this screen"), body: soundBody(ctx) };
    case "since":
      return sinceParts(ctx);
  }
}
