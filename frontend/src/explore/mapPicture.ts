import type { Units } from "../wall/map/units";
import { FONT, ramp, token } from "./tokens";
import type { MapData } from "./types";

/** The map as a picture that travels alone: title, map, legend, source. */

const [WIDTH, MARGIN, LINE] = [1400, 40, 34];

/** Cuts a text into lines that fit. */
export function wrap(text: string, most: number, width: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && width(`${last} ${word}`) <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const HATCH = 10;

/** Slanted lines for "no data", as on the map of the page. */
function hatch(pen: CanvasRenderingContext2D): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = HATCH;
  const small = tile.getContext("2d");
  if (!small) return token("surface");
  small.fillStyle = token("surface");
  small.fillRect(0, 0, HATCH, HATCH);
  small.strokeStyle = token("line-strong");
  for (const shift of [-HATCH, 0, HATCH]) {
    small.beginPath();
    small.moveTo(shift, HATCH);
    small.lineTo(shift + HATCH, 0);
    small.stroke();
  }
  return pen.createPattern(tile, "repeat") ?? token("surface");
}

const fill = (pen: CanvasRenderingContext2D, tone: number): CanvasPattern | string => ramp()[tone - 1] ?? hatch(pen);

function swatch(pen: CanvasRenderingContext2D, tone: number, x: number, y: number): void {
  pen.fillStyle = fill(pen, tone);
  pen.strokeStyle = token("line-strong");
  pen.lineWidth = 1;
  pen.fillRect(x, y, 34, 20);
  pen.strokeRect(x, y, 34, 20);
}

const mercator = (latitude: number): number => Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) * (180 / Math.PI);

/** Draws the communes into a box of this width; `height` is what they need in it. */
function land({ bounds: [west, south, east, north], collection }: Units, width: number): { height: number; draw: (pen: CanvasRenderingContext2D, x: number, y: number, data: MapData) => void } {
  const scale = width / (east - west);
  const top = mercator(north);
  const draw = (pen: CanvasRenderingContext2D, x: number, y: number, data: MapData): void => {
    pen.lineJoin = "round";
    for (const { geometry, properties } of collection.features) {
      pen.beginPath();
      for (const ring of (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat()) {
        ring.forEach(([lon = 0, lat = 0], n) => {
          const at = [x + (lon - west) * scale, y + (top - mercator(lat)) * scale] as const;
          if (n === 0) pen.moveTo(...at);
          else pen.lineTo(...at);
        });
        pen.closePath();
      }
      pen.fillStyle = fill(pen, data.tones[properties.code] ?? 0);
      pen.fill("evenodd");
      pen.strokeStyle = token("ink-3");
      pen.lineWidth = 1;
      pen.stroke();
    }
  };
  return { height: Math.round((top - mercator(south)) * scale), draw };
}

export function picture(units: Units, data: MapData): string {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  const inner = WIDTH - 2 * MARGIN;
  const titleFont = `600 30px ${FONT}`;
  const textFont = `20px ${FONT}`;
  const measured = (font: string) => (text: string): number => {
    pen.font = font;
    return pen.measureText(text).width;
  };
  const titles = wrap(data.title, inner, measured(titleFont));
  const facts = wrap(data.facts.join(" · "), inner, measured(textFont));
  const { height, draw } = land(units, inner);
  const top = MARGIN + titles.length * 40 + 10;
  canvas.width = WIDTH;
  canvas.height = top + height + 30 + (data.steps.length + facts.length) * LINE + MARGIN;
  pen.fillStyle = token("surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = "top";
  pen.fillStyle = token("ink");
  pen.font = titleFont;
  titles.forEach((line, n) => {
    pen.fillText(line, MARGIN, MARGIN + n * 40 - 8);
  });
  draw(pen, MARGIN, top, data);
  let y = top + height + 20;
  for (const { tone, text, count } of data.steps) {
    swatch(pen, tone, MARGIN, y);
    pen.fillStyle = token("ink");
    pen.font = textFont;
    pen.fillText(`${text} (${count})`, MARGIN + 50, y - 1);
    y += LINE;
  }
  pen.fillStyle = token("ink-2");
  facts.forEach((line, n) => {
    pen.fillText(line, MARGIN, y + 8 + n * LINE);
  });
  return canvas.toDataURL("image/png");
}
