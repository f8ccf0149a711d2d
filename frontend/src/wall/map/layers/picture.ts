import { formatNumber } from "../../format";
import type { Language, Severity } from "../../types";
import type { Sign } from "./key";
import { linesOf } from "./lines";
import type { LayerInfo } from "./types";

/** Pictures of symbols: a grey icon with a halo, the count or figure beside it, a severity's shape at its corner. */

interface Colours {
  ink: string;
  old: string;
  halo: string;
  severity: Record<Severity, string>;
}

/** Sizes in tenths of a rem. */
const ICON = 22;
const TEXT = 16;
const MARK = 12;
const HALO = 4;
const GAP = 3;

/** Outlines of the severities' shapes in a box of 24 × 24, as everywhere on the wall. */
const SHAPES: Record<Severity, string> = {
  critical: "M2 2H22V22H2Z",
  high: "M12 1.6 23 21.6H1Z",
  medium: "M12 .8 23.2 12 12 23.2 .8 12Z",
  low: "M2.4 12a9.6 9.6 0 1 0 19.2 0a9.6 9.6 0 1 0-19.2 0Z",
  info: "M7 6.5H17a5.5 5.5 0 0 1 0 11H7a5.5 5.5 0 0 1 0-11Z",
};

export function colours(css: (name: string) => string): Colours {
  return {
    ink: css("ink-2"),
    old: css("ink-old"),
    halo: css("halo"),
    severity: { critical: css("critical"), high: css("high"), medium: css("medium"), low: css("low"), info: css("info") },
  };
}

/** What is written beside the icon: how many, or a single thing's figure in the reader's way. */
export function writing({ count, figure }: Sign, language: Language): string {
  if (count.endsWith("k")) return `×${formatNumber(Number(count.slice(0, -1)), language)}k`;
  if (count !== "") return `×${formatNumber(Number(count), language)}`;
  if (figure === "") return "";
  const value = Number(figure);
  return Number.isFinite(value) ? formatNumber(value, language, Number.isInteger(value) ? 0 : 1) : "";
}

/** Draws a symbol `k` pixels to the tenth of a rem. Null where the screen has no canvas. */
export function draw(symbol: Sign, info: LayerInfo, colour: Colours, language: Language, k: number): ImageData | null {
  const look = info.looks[symbol.look];
  const text = writing(symbol, language);
  const font = `600 ${TEXT * k}px "IOC Figures", "Be Vietnam Pro", sans-serif`;
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!brush) return null;
  brush.font = font;
  const wide = text === "" ? 0 : Math.ceil(brush.measureText(text).width) + GAP * k;
  // As wide to the left as to the right: the icon stands on its place, whatever is written beside it.
  const half = Math.ceil((ICON / 2 + HALO) * k);
  const side = half + wide;
  brush.canvas.width = 2 * side;
  brush.canvas.height = 2 * half;
  const ink = symbol.muted ? colour.old : colour.ink;
  brush.save();
  brush.translate(side - (ICON / 2) * k, half - (ICON / 2) * k);
  brush.scale((ICON * k) / 24, (ICON * k) / 24);
  icon(brush, linesOf(look?.icon ?? info.icon), colour.halo, ink, symbol.muted);
  brush.restore();
  if (text !== "") write(brush, text, font, side + (ICON / 2 + GAP) * k, half, colour.halo, ink, k);
  if (look?.severity) mark(brush, look.severity, colour, side, half, k);
  return brush.getImageData(0, 0, brush.canvas.width, brush.canvas.height);
}

function icon(brush: CanvasRenderingContext2D, lines: Path2D, halo: string, ink: string, old: boolean): void {
  brush.lineCap = brush.lineJoin = "round";
  brush.strokeStyle = halo;
  brush.lineWidth = 6.5;
  brush.stroke(lines);
  brush.strokeStyle = ink;
  brush.lineWidth = 2.2;
  if (old) brush.setLineDash([2.5, 2.5]);
  brush.stroke(lines);
  brush.setLineDash([]);
}

function write(
  brush: CanvasRenderingContext2D,
  text: string,
  font: string,
  x: number,
  y: number,
  halo: string,
  ink: string,
  k: number,
): void {
  brush.font = font;
  brush.textBaseline = "middle";
  brush.lineJoin = "round";
  brush.lineWidth = HALO * k;
  brush.strokeStyle = halo;
  brush.strokeText(text, x, y);
  brush.fillStyle = ink;
  brush.fillText(text, x, y);
}

function mark(brush: CanvasRenderingContext2D, severity: Severity, colour: Colours, side: number, half: number, k: number): void {
  const shape = new Path2D(SHAPES[severity]);
  brush.save();
  brush.translate(side + (ICON / 2 + HALO - MARK) * k, half - (ICON / 2 + HALO) * k);
  brush.scale((MARK * k) / 24, (MARK * k) / 24);
  brush.strokeStyle = colour.halo;
  brush.lineWidth = 7;
  brush.stroke(shape);
  brush.fillStyle = colour.severity[severity];
  brush.fill(shape);
  brush.restore();
}
