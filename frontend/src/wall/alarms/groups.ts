import { isUnacknowledged } from "../state";
import type { AlertTile } from "../types";

/** Alerts that tell the same story, worst first. */
export interface Group {
  key: string;
  alerts: readonly AlertTile[];
  /** How many of them nobody has. */
  fresh: number;
  /** In how many places. */
  places: number;
}

export type Row = { kind: "alert"; alert: AlertTile } | { kind: "group"; group: Group };

/** More groups than this aren't read as a list: then the same rule is one group wherever it holds. */
const MANY = 6;

const placeOf = (alert: AlertTile): string => alert.unit?.code ?? alert.department?.slug ?? "";
const byPlace = (alert: AlertTile): string => `${alert.monitor} ${alert.rule} ${placeOf(alert)}`;
const byRule = (alert: AlertTile): string => `${alert.monitor} ${alert.rule}`;

/** The list in a flood: alerts of one rule and place in one row, in the order of the first; critical ones stay alone. */
export function grouped(alerts: readonly AlertTile[], now: number): Row[] {
  const rows = gathered(alerts, byPlace, now);
  const crowd = rows.filter((row) => row.kind === "group" || row.alert.severity !== "critical").length;
  return crowd > MANY ? gathered(alerts, byRule, now) : rows;
}

function gathered(alerts: readonly AlertTile[], keyOf: (alert: AlertTile) => string, now: number): Row[] {
  const found = new Map<string, AlertTile[]>();
  for (const alert of alerts) {
    const key = alert.severity === "critical" ? alert.id : keyOf(alert);
    const members = found.get(key);
    if (members) members.push(alert);
    else found.set(key, [alert]);
  }
  return [...found].map(([key, members]) => rowOf(key, members, now));
}

function rowOf(key: string, alerts: AlertTile[], now: number): Row {
  const [first] = alerts;
  if (first && alerts.length === 1) return { kind: "alert", alert: first };
  const fresh = alerts.filter((alert) => isUnacknowledged(alert, now)).length;
  return { kind: "group", group: { key, alerts, fresh, places: new Set(alerts.map(placeOf)).size } };
}
