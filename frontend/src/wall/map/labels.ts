/** Where names go on the map, so that none covers a marker or another name. Pure; everything in screen pixels. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Wish {
  key: string;
  text: string;
  /** Something happens there; else the name is for orientation. */
  busy: boolean;
  /** The point that the name belongs to. */
  x: number;
  y: number;
  /** Half the size of the marker it stands beside; 0 for a name alone. */
  reach: number;
  /** Text height in pixels. */
  size: number;
}

export interface Label {
  key: string;
  text: string;
  busy: boolean;
  /** The middle of the text. */
  x: number;
  y: number;
}

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const around = (x: number, y: number, width: number, height: number): Box => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});

/** Above, below, right, left: the first place that is free. */
function places({ x, y, reach, size, text }: Wish): { x: number; y: number }[] {
  const aside = reach + (text.length * size * 0.56) / 2 + 4;
  const stand = reach + size * 0.8;
  return reach === 0
    ? [{ x, y }]
    : [
        { x, y: y - stand },
        { x, y: y + stand },
        { x: x + aside, y },
        { x: x - aside, y },
      ];
}

/** Names in order of importance; one that finds no room is left out. `taken` are the markers, `frame` the map's size. */
export function placeLabels(wishes: readonly Wish[], taken: readonly Box[], frame: { width: number; height: number }): Label[] {
  const boxes = [...taken];
  const labels: Label[] = [];
  for (const wish of wishes) {
    const { key, text, busy, size } = wish;
    const [width, height] = [text.length * size * 0.56 + 8, size * 1.25];
    for (const { x, y } of places(wish)) {
      const box = around(x, y, width, height);
      const inside = box.x >= 0 && box.y >= 0 && box.x + width <= frame.width && box.y + height <= frame.height;
      if (!inside || boxes.some((other) => overlaps(box, other))) continue;
      boxes.push(box);
      labels.push({ key, text, busy, x, y });
      break;
    }
  }
  return labels;
}
