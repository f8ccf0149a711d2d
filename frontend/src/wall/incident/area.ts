import type { LayerSpecification } from "maplibre-gl";

import type { Units } from "../map/units";
import type { Severity } from "../types";
import type { IncidentView } from "./types";

/** What the incident concerns on the map: its communes, marked by an edge in its severity. Pure. */
export interface Area {
  codes: readonly string[];
  severity: Severity;
}

export const AREA = "incident-area";

export const areaOf = (view: IncidentView | null | undefined): Area | null =>
  view?.data && view.alert && view.data.units.length > 0 ? { codes: view.data.units, severity: view.alert.severity } : null;

export const areaKey = (area: Area | null): string => (area ? `${area.severity} ${area.codes.join(" ")}` : "");

type Box = Units["bounds"];

/** The box around some communes, null when the map has none of them. */
export function boxOf(units: Units, codes: readonly string[]): Box | null {
  const wanted = new Set(codes);
  let box: Box | null = null;
  for (const { properties, geometry } of units.collection.features) {
    if (!wanted.has(properties.code)) continue;
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
    for (const [x = 0, y = 0] of rings.flat()) {
      box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y];
    }
  }
  return box;
}

export const areaLayer = (area: Area, color: string, width: number): LayerSpecification => ({
  id: AREA,
  type: "line",
  source: "units",
  filter: ["in", ["get", "code"], ["literal", [...area.codes]]],
  paint: { "line-color": color, "line-width": width },
});
