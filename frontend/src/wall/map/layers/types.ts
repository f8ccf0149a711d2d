import type { Severity, Text } from "../../types";

/** What `/api/layers/` says of a layer. */
export interface LayerInfo {
  name: string;
  monitor: string | null;
  monitor_title: Text | null;
  title: Text;
  audience: "public" | "staff";
  geometry: "point" | "area";
  /** Address of its tiles with `{z}`, `{x}` and `{y}`. */
  tiles: string;
  /** Where it is told what stands in a cell. */
  objects: string;
  /** An icon's drawing, for a box of 24 × 24. */
  icon: string;
  /** The property that names a place, and the one written beside it; empty: none. */
  label: string;
  figure: string;
  /** Worst first. */
  looks: readonly Look[];
  properties: readonly Property[];
  /** Where one record is read, with properties in braces; empty: nowhere. */
  address: string;
}

export interface Look {
  title: Text;
  icon: string;
  severity: Severity | null;
}

export interface Property {
  name: string;
  title: Text;
  /** What its codes mean. */
  words: Record<string, Text>;
}

export type Value = string | number | boolean | null;

/** One thing in a cell; `look` is a place in the layer's list, or behind its end. */
export interface Standing {
  lon: number;
  lat: number;
  look: number;
  /** Too old to be true now. */
  muted: boolean;
  properties: Record<string, Value>;
}

export interface Objects {
  total: number;
  objects: Standing[];
}
