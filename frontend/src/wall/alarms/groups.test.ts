import { describe, expect, it } from "vitest";

import { alert, NOON } from "../samples";
import type { AlertTile } from "../types";
import { grouped, type Row } from "./groups";

const at = (id: string, rule: string, unit: string | null, change: Partial<AlertTile> = {}): AlertTile =>
  alert(id, { rule, unit: unit === null ? null : { code: unit, name: unit }, ...change });
const told = (rows: Row[]): string[] =>
  rows.map((row) => (row.kind === "alert" ? row.alert.id : row.group.alerts.map((one) => one.id).join("+")));

describe("the list in a flood", () => {
  it("has one row for the alerts of a rule and place, in the order of the first", () => {
    const rows = grouped([at("a", "rain", "1"), at("b", "wind", "1"), at("c", "rain", "1"), at("d", "rain", "2")], NOON);
    expect(told(rows)).toEqual(["a+c", "b", "d"]);
  });

  it("leaves critical alerts alone", () => {
    const rows = grouped([at("a", "rain", "1", { severity: "critical" }), at("b", "rain", "1", { severity: "critical" }), at("c", "rain", "1")], NOON);
    expect(told(rows)).toEqual(["a", "b", "c"]);
  });

  it("gathers a rule over all places when there would be too many rows, and counts the places and what nobody has", () => {
    const many = Array.from({ length: 12 }, (_, i) => at(`r${i}`, "rain", String(i), i < 3 ? { state: "acknowledged" } : {}));
    const rows = grouped([...many, at("w", "wind", "1")], NOON);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ kind: "group", group: { fresh: 9, places: 12 } });
  });

  it("loses and doubles nobody", () => {
    const all = Array.from({ length: 200 }, (_, i) =>
      at(`a${i}`, `rule${i % 7}`, String(i % 13), { severity: i % 10 === 0 ? "critical" : "low", monitor: `m${i % 2}` }),
    );
    const ids = grouped(all, NOON).flatMap((row) => (row.kind === "alert" ? [row.alert.id] : row.group.alerts.map((one) => one.id)));
    expect([...ids].sort()).toEqual(all.map((one) => one.id).sort());
  });
});
