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

function swatch(pen: CanvasRenderingContext2D, tone: number, x: number, y: number): void {
  const [width, height] = [34, 20];
  pen.fillStyle = tone > 0 ? (ramp()[tone - 1] ?? token("surface")) : token("surface");
  pen.fillRect(x, y, width, height);
  pen.strokeStyle = token("line-strong");
  pen.lineWidth = 1;
  pen.strokeRect(x, y, width, height);
  if (tone > 0) return;
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  for (let at = -height; at < width; at += 8) {
    pen.beginPath();
    pen.moveTo(x + at, y + height);
    pen.lineTo(x + at + height, y);
    pen.stroke();
  }
  pen.restore();
}

export function picture(map: HTMLCanvasElement, data: MapData): string {
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
  const height = Math.round((inner * map.height) / Math.max(1, map.width));
  const top = MARGIN + titles.length * 40;
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
  pen.drawImage(map, MARGIN, top, inner, height);
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
