/** The name of a symbol's picture says all that is drawn: MapLibre asks for a picture by it when a tile needs one. */

export interface Sign {
  layer: string;
  look: number;
  /** How many things it stands for, as it is written; empty for one. */
  count: string;
  muted: boolean;
  /** The figure beside a single thing; empty: none. */
  figure: string;
}

const PREFIX = "place";
const SEPARATOR = "|";

export const keyOf = ({ layer, look, count, muted, figure }: Sign): string =>
  [PREFIX, layer, look, muted ? 1 : 0, count, figure].join(SEPARATOR);

/** Null for a picture that is none of ours. */
export function readKey(key: string): Sign | null {
  const [prefix, layer, look, muted, count = "", ...figure] = key.split(SEPARATOR);
  if (prefix !== PREFIX || layer === undefined) return null;
  return { layer, look: Number(look), muted: muted === "1", count: count === "1" ? "" : count, figure: figure.join(SEPARATOR) };
}

/** The same name as an expression over a tile's feature; thousands are told in tenths, so that pictures stay few. */
export const keyExpression = (layer: string, figure: string): unknown[] => [
  "concat",
  `${PREFIX}${SEPARATOR}${layer}${SEPARATOR}`,
  ["get", "look"],
  SEPARATOR,
  ["case", ["get", "muted"], "1", "0"],
  SEPARATOR,
  [
    "case",
    [">=", ["get", "count"], 1000],
    ["concat", ["to-string", ["/", ["round", ["/", ["get", "count"], 100]], 10]], "k"],
    ["to-string", ["get", "count"]],
  ],
  SEPARATOR,
  figure === "" ? "" : ["case", ["==", ["get", "count"], 1], ["to-string", ["coalesce", ["get", figure], ""]], ""],
];
