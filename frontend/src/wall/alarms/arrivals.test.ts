import { describe, expect, it } from "vitest";

import { alert, frame, minutes, NOON, snapshot } from "../samples";
import { initialState, reduce, type State } from "../state";
import type { ServerMessage } from "../types";
import { arrivalsOf } from "./arrivals";

const after = (...messages: [ServerMessage, number][]): State =>
  messages.reduce((state, [message, at]) => reduce(state, message, at).state, initialState);

describe("arrivals", () => {
  it("are those of a snapshot's alerts and of its minutes that it has no room for", () => {
    const opened = { [minutes(-10)]: 3, [minutes(-9)]: 1 };
    const known = arrivalsOf([alert("a", { opened_at: minutes(-10) })], opened);
    expect(known.sort()).toEqual([-10, -10, -10, -9].map((n) => Date.parse(minutes(n))).sort());
  });

  it("count an alert when it comes and when it comes back, not when it changes or is taken", () => {
    const state = after(
      [snapshot(1, []), NOON],
      [frame(2, alert("a")), NOON + 1],
      [frame(3, alert("a", { count: 2 })), NOON + 2],
      [frame(4, alert("a", { state: "acknowledged" })), NOON + 3],
      [frame(5, alert("a", { generation: 3 })), NOON + 4],
    );
    expect(state.arrivals).toEqual([NOON + 1, NOON + 4]);
  });

  it("don't count what is suppressed, but count it when it comes out", () => {
    const state = after(
      [snapshot(1, [alert("there", { suppressed: true })]), NOON],
      [frame(2, alert("a", { suppressed: true })), NOON + 1],
      [frame(3, alert("a")), NOON + 2],
      [frame(4, alert("a", { suppressed: true })), NOON + 3],
    );
    expect(state.arrivals).toEqual([NOON + 2]);
  });

  it("don't count what was only hidden so far", () => {
    const totals = { alerts: { open: 600, unacknowledged: 600 }, tickets: { open: 0, overdue: 0 } };
    const state = after([snapshot(1, [], { totals }), NOON], [frame(2, alert("old", { opened_at: minutes(-50) })), NOON + 1]);
    expect(state.arrivals).toEqual([]);
  });
});
