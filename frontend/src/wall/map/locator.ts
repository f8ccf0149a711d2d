import { html, svg, type TemplateResult } from "lit-html";

import country from "./country.json";
import type { Units } from "./units";

/** The country in a corner of the map: a national view, so Hoàng Sa and Trường Sa are on it. */

const WIDTH = 170;
const HEIGHT = 224;
/** West, south, east, north of the view. */
const [WEST, SOUTH, EAST, NORTH] = [102, 6, 118.2, 23.5] as const;

const FLATTEN = Math.cos((((SOUTH + NORTH) / 2) * Math.PI) / 180);
const SCALE = Math.min(WIDTH / ((EAST - WEST) * FLATTEN), HEIGHT / (NORTH - SOUTH));

type Point = readonly [number, number];

const project = ([lon, lat]: Point): Point => [(lon - WEST) * FLATTEN * SCALE, (NORTH - lat) * SCALE];

/** A path of rings in tenths of a pixel; points that fall on one another are left out. */
export function pathOf(rings: readonly (readonly Point[])[]): string {
  return rings
    .map((ring) => {
      const points = ring.map(project).map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      return `M${points.filter((point, i) => point !== points[i - 1]).join("L")}Z`;
    })
    .join("");
}

const provincePath = ({ collection }: Units): string =>
  pathOf(
    collection.features.flatMap(({ geometry }) =>
      (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map((rings) =>
        (rings[0] ?? []).map(([lon = 0, lat = 0]): Point => [lon, lat]),
      ),
    ),
  );

/** The picture, made once for a set of units. `label` tells what it shows. */
export function locator(units: Units, label: string): TemplateResult {
  const islands = country.islands.map(({ name, label: at, points }) => {
    const [x, y] = project(at as unknown as Point);
    return svg`${points.map((point) => {
      const [cx, cy] = project(point as unknown as Point);
      return svg`<circle cx=${cx.toFixed(1)} cy=${cy.toFixed(1)} r="0.9" />`;
    })}<text x=${x.toFixed(1)} y=${y.toFixed(1)}>${name}</text>`;
  });
  return html`<svg class="locator" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    <path class="land" d=${pathOf(country.outline as unknown as Point[][])} />
    <path class="here" d=${provincePath(units)} />
    ${islands}
  </svg>`;
}

export type Corner = "right" | "left" | "top-right" | "top-left";

/** The corner of a frame in which the fewest points lie; the right-hand bottom one when it is as good as any. */
export function freeCorner(
  points: readonly { x: number; y: number }[],
  frame: { width: number; height: number },
  box: { width: number; height: number },
): Corner {
  const near = { right: frame.width - box.width, bottom: frame.height - box.height };
  const inside: Record<Corner, (p: { x: number; y: number }) => boolean> = {
    right: ({ x, y }) => x > near.right && y > near.bottom,
    left: ({ x, y }) => x < box.width && y > near.bottom,
    "top-right": ({ x, y }) => x > near.right && y < box.height,
    "top-left": ({ x, y }) => x < box.width && y < box.height,
  };
  const corners = Object.keys(inside) as Corner[];
  const count = (corner: Corner): number => points.filter(inside[corner]).length;
  return corners.reduce((best, corner) => (count(corner) < count(best) ? corner : best));
}
