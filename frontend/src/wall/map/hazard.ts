import type { AlertTile } from "../types";

/** Communes in danger: those with an open critical or high alert whose condition stands. Pure. */

export const HAZARDS = ["critical", "high"] as const;
export type Hazard = (typeof HAZARDS)[number];

const STANDS = new Set<AlertTile["state"]>(["active", "acknowledged"]);

/** Codes of the communes by their worst hazard; a commune is in one list only. */
export function hazardsOf(alerts: readonly AlertTile[]): Record<Hazard, string[]> {
  const worst = new Map<string, Hazard>();
  for (const { unit, severity, state } of alerts) {
    if (!unit || !STANDS.has(state) || (severity !== "critical" && severity !== "high")) continue;
    if (severity === "critical" || !worst.has(unit.code)) worst.set(unit.code, severity);
  }
  const codes = (hazard: Hazard): string[] => [...worst].filter(([, one]) => one === hazard).map(([code]) => code).sort();
  return { critical: codes("critical"), high: codes("high") };
}
