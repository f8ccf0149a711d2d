import type { ExpressionSpecification, FilterSpecification, LayerSpecification, Map as GlMap } from "maplibre-gl";

import { hatch } from "./hatch";
import { type Hazard, HAZARDS } from "./hazard";

export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Pixels at which a tenth of a rem stands: MapLibre knows pixels only, the wall grows with its screen. */
export const scale = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;

const RAMP = [1, 2, 3, 4, 5];
/** Names of the hatches; pictures of that name stand in the map's style. */
export const NO_DATA = "hatch-none";
const hatchOf = (hazard: Hazard): string => `hatch-${hazard}`;

/** The hatches in the colours of the theme, by name. */
export function hatches(): Map<string, ImageData> {
  const k = scale() * devicePixelRatio;
  const drawn: [string, ImageData | null][] = [
    ...HAZARDS.map((hazard): [string, ImageData | null] => [
      hatchOf(hazard),
      hatch(css(`${hazard}-edge`), 11 * k, 1.6 * k, "rising"),
    ]),
    [NO_DATA, hatch(css("line"), 10 * k, 1.2 * k, "falling")],
  ];
  return new Map(drawn.filter((one): one is [string, ImageData] => one[1] !== null));
}

/** Only these communes. */
export const only = (codes: readonly string[]): FilterSpecification => ["in", ["get", "code"], ["literal", [...codes]]];

/**
 * The layers of the map in the colours of the theme. The outline of the province is a wide line below the fills: neighbours
 * cover it everywhere but outside. Hazards are hatched over the ramp, so that quantity and alarm don't mix.
 */
export function layers(hazards: Record<Hazard, string[]>, unknown: readonly string[]): LayerSpecification[] {
  const k = scale();
  const tone = RAMP.flatMap((i) => [i, css(`ramp-${i}`)]);
  return [
    { id: "edge", type: "line", source: "units", paint: { "line-color": css("map-edge"), "line-width": 3.2 * k } },
    {
      id: "fill",
      type: "fill",
      source: "units",
      paint: {
        "fill-color": ["match", ["coalesce", ["feature-state", "tone"], 1], ...tone, css("ramp-1")] as unknown as ExpressionSpecification,
        "fill-antialias": false,
      },
    },
    { id: NO_DATA, type: "fill", source: "units", filter: only(unknown), paint: { "fill-pattern": NO_DATA } },
    { id: "line", type: "line", source: "units", paint: { "line-color": css("map-line"), "line-width": 1.1 * k } },
    ...[...HAZARDS].reverse().flatMap((hazard): LayerSpecification[] => [
      {
        id: hatchOf(hazard),
        type: "fill",
        source: "units",
        filter: only(hazards[hazard]),
        paint: { "fill-pattern": hatchOf(hazard) },
      },
      {
        id: `edge-${hazard}`,
        type: "line",
        source: "units",
        filter: only(hazards[hazard]),
        paint: { "line-color": css(`${hazard}-edge`), "line-width": 2 * k },
      },
    ]),
  ];
}

/** Layers that hold a hazard's communes. */
export const hazardLayers = (hazard: Hazard): string[] => [hatchOf(hazard), `edge-${hazard}`];

type Paint = Parameters<GlMap["setPaintProperty"]>;

/**
 * Adds a layer of the ground, or repaints the one that is there. A layer is never taken away to be added again: MapLibre
 * evaluates a new layer at its next frame, and a tile that a worker hands over before it is coloured by a layer without colours.
 */
export function drawGround(map: Pick<GlMap, "getLayer" | "addLayer" | "setPaintProperty">, layer: LayerSpecification): void {
  if (!map.getLayer(layer.id)) {
    map.addLayer(layer);
    return;
  }
  const paint = Object.entries(layer.paint ?? {}) as [Paint[1], Paint[2]][];
  for (const [name, value] of paint) map.setPaintProperty(layer.id, name, value);
}
