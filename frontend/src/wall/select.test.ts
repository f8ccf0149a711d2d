import { describe, expect, it } from "vitest";

import { alert, minutes, NOON, panel, snapshot, ticket } from "./samples";
import { alertList, freshnessOf, limitOf, mapPanels, shelvedCount, ticketList, tileOf, unacknowledged } from "./select";
import { initialState, reduce, type State } from "./state";
import type { Payload } from "./types";

const stateOf = (...payloads: Payload[]): State => reduce(initialState, snapshot(1, payloads), NOON).state;
const ids = (things: { id: string }[]): string[] => things.map((thing) => thing.id);

describe("the alert list", () => {
  it("has the worst first, then what nobody has, then the newest", () => {
    const state = stateOf(
      alert("low", { severity: "low" }),
      alert("critical-held", { severity: "critical", state: "acknowledged", opened_at: minutes(-1) }),
      alert("critical-old", { severity: "critical", opened_at: minutes(-30) }),
      alert("critical-new", { severity: "critical", opened_at: minutes(-2) }),
      alert("high", { severity: "high" }),
    );
    expect(ids(alertList(state, NOON))).toEqual(["critical-new", "critical-old", "critical-held", "high", "low"]);
  });

  it("leaves out what is shelved or suppressed, and shows it again when the shelf ends", () => {
    const state = stateOf(alert("shelved", { shelved_until: minutes(5) }), alert("suppressed", { suppressed: true }), alert("open"));
    expect(ids(alertList(state, NOON))).toEqual(["open"]);
    expect(shelvedCount(state, NOON)).toBe(1);
    expect(alertList(state, NOON + 6 * 60_000)).toHaveLength(2);
  });

  it("gives the banner what nobody has, in the same order", () => {
    const state = stateOf(alert("a", { state: "acknowledged" }), alert("b", { severity: "critical" }), alert("c", { state: "cleared" }));
    expect(ids(unacknowledged(alertList(state, NOON), NOON))).toEqual(["b"]);
  });
});

describe("a ticket's limit", () => {
  it("is its next rung when that comes before the deadline", () => {
    expect(limitOf(ticket("t"), NOON)).toEqual({ at: Date.parse(minutes(40)), left: 0.4, standing: "calm" });
  });

  it("is late in the last fifth of its time", () => {
    expect(limitOf(ticket("t"), NOON + 20 * 60_000).standing).toBe("late");
    expect(limitOf(ticket("t"), NOON + 19 * 60_000).standing).toBe("calm");
  });

  it("is the deadline once that has passed, however far the ladder still goes", () => {
    const overdue = ticket("t", { due_at: minutes(-6), step: { index: 3, count: 6, started_at: minutes(-5), due_at: minutes(30) } });
    expect(limitOf(overdue, NOON)).toEqual({ at: Date.parse(minutes(-6)), left: 0, standing: "over" });
  });

  it("may be missing", () => {
    expect(limitOf(ticket("t", { due_at: null, step: null }), NOON)).toEqual({ at: null, left: 1, standing: "calm" });
  });
});

describe("the ticket list", () => {
  it("has overdue ones first, worst first, then the nearest limit, and no resolved ones", () => {
    const state = stateOf(
      ticket("later"),
      ticket("sooner", { step: { index: 1, count: 6, started_at: minutes(-60), due_at: minutes(3) } }),
      ticket("overdue", { due_at: minutes(-90) }),
      ticket("overdue-high", { due_at: minutes(-900), severity: "high" }),
      ticket("done", { state: "resolved" }),
    );
    expect(ids(ticketList(state, NOON).map(({ ticket: one }) => one))).toEqual(["overdue-high", "overdue", "sooner", "later"]);
  });
});

describe("a figure", () => {
  const cell = { panel: "level" };

  it("is fresh within its limit and stale beyond it, by the clock alone", () => {
    expect(freshnessOf(cell, panel("level"), NOON)).toBe("fresh");
    expect(freshnessOf(cell, panel("level"), NOON + 5 * 60_000)).toBe("stale");
  });

  it("of a silent source isn't shown", () => {
    expect(freshnessOf(cell, panel("level", { silent_since: minutes(-40) }), NOON)).toBe("silent");
  });

  it("that doesn't exist is never made up", () => {
    const empty = { ...panel("level").figure, value: null };
    expect(freshnessOf(cell, panel("level", { figure: empty }), NOON)).toBe("waiting");
    expect(freshnessOf(cell, undefined, NOON)).toBe("waiting");
    expect(freshnessOf({ panel: null }, undefined, NOON)).toBe("absent");
  });

  it("belongs to the cell of its monitor and panel", () => {
    const [level, flow] = [panel("level"), panel("flow")];
    expect(tileOf([level, flow], { monitor: "rivers", panel: "flow", title: "" })).toBe(flow);
    expect(tileOf([level], { monitor: "roads", panel: "level", title: "" })).toBeUndefined();
  });
});

describe("panels for the map", () => {
  it("are those with values by unit, always in one order", () => {
    const maps = [panel("z", { chart: "map", values: { "1": 2 } }), panel("a", { chart: "map", values: {} }), panel("n")];
    expect(mapPanels(maps).map((one) => one.panel)).toEqual(["a", "z"]);
  });
});
