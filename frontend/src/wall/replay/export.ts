import { formatClock, formatDate } from "../format";
import { dayOf } from "./day";
import { pdfOf } from "./pdf";
import { pictureOf } from "./picture";
import type { View } from "./room";

/** Dots of the picture for each of the screen: sharp on paper. */
const SHARP = 2;

/** Hands the screen as it is to the person as a file; false where the browser cannot make a picture of a page. */
export async function exportAs(kind: "png" | "pdf", view: View): Promise<boolean> {
  const { m, real, config, at } = view;
  const time = `${formatClock(real, m.language)} ${formatDate(real, m.language)}`;
  try {
    const canvas = await pictureOf(m.t("Exported by {name}, {time}", { name: config.user.name, time }), SHARP);
    const name = `${config.board}-${dayOf(at)}-${formatClock(at, "vi").replaceAll(":", "")}.${kind}`;
    const blob = kind === "png" ? await blobOf(canvas, "image/png") : await pdfOf(canvas, await blobOf(canvas, "image/jpeg"));
    hand(blob, name);
    return true;
  } catch {
    return false;
  }
}

const blobOf = (canvas: HTMLCanvasElement, type: string): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("no picture"));
    }, type, 0.92);
  });

function hand(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}
