/** Hatches for `fill-pattern`: lines from corner to corner of a square, so that it repeats without a seam. */

/** A square of `size` pixels with lines of a colour; null where the screen has no canvas. */
export function hatch(colour: string, size: number, width: number, direction: "rising" | "falling"): ImageData | null {
  const side = Math.max(4, Math.round(size));
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!brush) return null;
  brush.canvas.width = brush.canvas.height = side;
  brush.strokeStyle = colour;
  brush.lineWidth = width;
  brush.lineCap = "square";
  // One line through the middle and one through either corner make a continuous pattern.
  for (const shift of [-side, 0, side]) {
    brush.beginPath();
    const [from, to] = direction === "rising" ? [side, 0] : [0, side];
    brush.moveTo(shift, from);
    brush.lineTo(shift + side, to);
    brush.stroke();
  }
  return brush.getImageData(0, 0, side, side);
}
