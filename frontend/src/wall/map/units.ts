import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";

import type { Text } from "../types";

interface Properties {
  code: string;
  name: Text;
  kind?: string;
  level?: string;
  /** Longitude and latitude of a point inside. */
  point?: [number, number] | null;
  anchor?: boolean;
  approximate?: boolean;
}

export type UnitFeature = Feature<Polygon | MultiPolygon, Properties>;

export interface Unit {
  code: string;
  name: Text;
  centre: [number, number];
  anchor: boolean;
}

export interface Units {
  collection: FeatureCollection<Polygon | MultiPolygon, Properties>;
  byCode: ReadonlyMap<string, Unit>;
  /** West, south, east, north. */
  bounds: [number, number, number, number];
  approximate: boolean;
}

type Ring = Position[];

const outerRings = (geometry: Polygon | MultiPolygon): Ring[] =>
  geometry.type === "Polygon" ? geometry.coordinates.slice(0, 1) : geometry.coordinates.flatMap((part) => part.slice(0, 1));

/** Signed area and centroid of a ring, in degrees: good enough to put a mark. */
function centroid(ring: Ring): { area: number; centre: [number, number] } {
  const points = ring.map(([x = 0, y = 0]): [number, number] => [x, y]);
  const first = points[0] ?? [0, 0];
  let [area, x, y] = [0, 0, 0];
  points.slice(1).reduce((a, b) => {
    const cross = a[0] * b[1] - b[0] * a[1];
    area += cross / 2;
    x += (a[0] + b[0]) * cross;
    y += (a[1] + b[1]) * cross;
    return b;
  }, first);
  return { area: Math.abs(area), centre: area === 0 ? first : [x / (6 * area), y / (6 * area)] };
}

function centreOf(feature: UnitFeature): { area: number; centre: [number, number] } {
  const parts = outerRings(feature.geometry).map(centroid);
  const largest = parts.reduce((a, b) => (b.area > a.area ? b : a), { area: 0, centre: [0, 0] as [number, number] });
  return { area: largest.area, centre: feature.properties.point ?? largest.centre };
}

/** Reads the communes of a GeoJSON file; other levels in it are left out. Throws when there are none. */
export function readUnits(raw: FeatureCollection): Units {
  const features = (raw.features as UnitFeature[]).filter(({ properties }) => (properties.level ?? "commune") === "commune");
  if (features.length === 0) throw new Error("no communes in the units' file");
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of features.flatMap((feature) => outerRings(feature.geometry))) {
    for (const [lon = 0, lat = 0] of ring) {
      bounds[0] = Math.min(bounds[0], lon);
      bounds[1] = Math.min(bounds[1], lat);
      bounds[2] = Math.max(bounds[2], lon);
      bounds[3] = Math.max(bounds[3], lat);
    }
  }
  const measured = features.map((feature) => ({ feature, ...centreOf(feature) }));
  const given = new Set(measured.filter(({ feature }) => feature.properties.anchor).map(({ feature }) => feature.properties.code));
  const anchors = given.size > 0 ? given : spread(measured.map(({ feature, ...rest }) => ({ code: feature.properties.code, ...rest })));
  return {
    collection: { type: "FeatureCollection", features },
    byCode: new Map(
      measured.map(({ feature: { properties }, centre }) => [
        properties.code,
        { code: properties.code, name: properties.name, centre, anchor: anchors.has(properties.code) },
      ]),
    ),
    bounds,
    approximate: features.some(({ properties }) => properties.approximate === true),
  };
}

/** Names for orientation when the file names none: the largest unit, then always the one farthest from those taken. */
function spread(units: { code: string; area: number; centre: [number, number] }[], count = 7): Set<string> {
  const taken: typeof units = [];
  const rest = [...units].sort((a, b) => b.area - a.area);
  const distance = (a: [number, number], b: [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
  while (taken.length < count && rest.length > 0) {
    const nearest = (unit: (typeof units)[number]): number => Math.min(...taken.map((one) => distance(one.centre, unit.centre)));
    const next = taken.length === 0 ? rest[0] : rest.reduce((best, unit) => (nearest(unit) > nearest(best) ? unit : best));
    if (!next) break;
    taken.push(next);
    rest.splice(rest.indexOf(next), 1);
  }
  return new Set(taken.map((unit) => unit.code));
}
