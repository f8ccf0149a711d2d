import type { Layout, TilePlace } from "../types";

/** Where a tile stands, as the style sheet wants it, and how large it is beside an ordinary one. */
export interface Placed {
  area: Record<string, string>;
  size: "" | "low";
}

/** Share of the height below which a key figure becomes smaller: five tiles fill a screen. */
const ORDINARY = 0.19;

export function placed(place: Pick<TilePlace, "col" | "row" | "width" | "height">, layout: Pick<Layout, "rows">): Placed {
  const area = {
    "--col": String(place.col),
    "--row": String(place.row),
    "--width": String(place.width),
    "--height": String(place.height),
  };
  return { area, size: place.height / layout.rows < ORDINARY ? "low" : "" };
}
