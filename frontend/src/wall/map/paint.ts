import type { LayerSpecification } from "maplibre-gl";

export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Pixels at which a tenth of a rem stands: MapLibre knows pixels only, the wall grows with its screen. */
export const scale = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;

const RAMP = [1, 2, 3, 4, 5];

/**
 * The layers of the map in the colours of the theme. The outline of the province is a wide line below the fills: neighbours
 * cover it everywhere but outside.
 */
export function layers(): LayerSpecification[] {
  const k = scale();
  const tone = RAMP.flatMap((i) => [i, css(`ramp-${i}`)]);
  return [
    { id: "edge", type: "line", source: "units", paint: { "line-color": css("map-edge"), "line-width": 3.2 * k } },
    {
      id: "fill",
      type: "fill",
      source: "units",
      paint: {
        "fill-color": ["match", ["coalesce", ["feature-state", "tone"], 1], ...tone, css("ramp-1")] as unknown as string,
        "fill-antialias": false,
      },
    },
    { id: "line", type: "line", source: "units", paint: { "line-color": css("map-line"), "line-width": 1.1 * k } },
  ];
}
