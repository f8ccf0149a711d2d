/** What the server tells the pictures; numbers and words are those of the table. */

export interface Series {
  name: string;
  measure: string;
  values: (number | null)[];
  texts: string[];
  /** Of a heat map: the class of each value, 1 to 5. */
  tones?: (number | null)[];
  /** This is last year's of the row of that number. */
  beside?: number;
}

export interface ChartData {
  kind: "line" | "bar" | "heat";
  columns: string[];
  series: Series[];
  /** Of a heat map: unit of measurement → its classes in words. */
  scales: Record<string, { tone: number; text: string }[]>;
  title: string;
  facts: string[];
  /** Decimal sign, then thousands separator. */
  signs: string;
  decimals: number;
  missing: string;
  name: string;
}

export interface MapData {
  title: string;
  facts: string[];
  /** Commune → tone of the ramp, 1 to 5; one that is missing has no data. */
  tones: Record<string, number>;
  names: Record<string, string>;
  texts: Record<string, string>;
  steps: { tone: number; text: string; count: number }[];
  missing: string;
  name: string;
}

export interface Pictures {
  chart: ChartData;
  map: MapData | null;
}
