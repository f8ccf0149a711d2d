/** The lines of an icon's drawing, as a canvas draws them: the elements that Lucide uses. */

const numbers = (element: Element, ...names: string[]): number[] =>
  names.map((name) => Number(element.getAttribute(name) ?? 0));

const LINES: Record<string, (element: Element) => Path2D> = {
  path: (element) => new Path2D(element.getAttribute("d") ?? ""),
  polyline: (element) => new Path2D(`M${element.getAttribute("points") ?? ""}`),
  polygon: (element) => new Path2D(`M${element.getAttribute("points") ?? ""}Z`),
  line: (element) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers(element, "x1", "y1", "x2", "y2");
    return new Path2D(`M${x1} ${y1}L${x2} ${y2}`);
  },
  circle: (element) => {
    const [x = 0, y = 0, r = 0] = numbers(element, "cx", "cy", "r");
    return oval(x, y, r, r);
  },
  ellipse: (element) => {
    const [x = 0, y = 0, rx = 0, ry = 0] = numbers(element, "cx", "cy", "rx", "ry");
    return oval(x, y, rx, ry);
  },
  rect: (element) => {
    const [x = 0, y = 0, width = 0, height = 0, r = 0] = numbers(element, "x", "y", "width", "height", "rx");
    const [across, down] = [width - 2 * r, height - 2 * r];
    const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
    return new Path2D(
      `M${x + r} ${y}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}Z`,
    );
  },
};

function oval(x: number, y: number, rx: number, ry: number): Path2D {
  const line = new Path2D();
  line.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  return line;
}

/** All lines of a drawing as one; elements of other kinds are left out. */
export function linesOf(drawing: string): Path2D {
  const root = new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg">${drawing}</svg>`, "image/svg+xml");
  const lines = new Path2D();
  for (const element of root.documentElement.children) {
    const line = LINES[element.tagName]?.(element);
    if (line) lines.addPath(line);
  }
  return lines;
}
