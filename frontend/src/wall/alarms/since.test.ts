import { describe, expect, it } from "vitest";

import { alert, minutes, NOON, snapshot, ticket } from "../samples";
import { initialState, reduce } from "../state";
import { counts, type Since } from "./since";

const read: Since = { after: minutes(-40), until: minutes(0), alerts: 9, climbed: 3, silent: 1, total: 13, rows: [] };

describe("what changed since somebody looked", () => {
  it("is what the server counted and what came after it had counted", () => {
    const step = { index: 2, count: 6, started_at: minutes(2), due_at: null };
    const tiles = [
      alert("known", { opened_at: minutes(-5) }),
      alert("new", { opened_at: minutes(1) }),
      alert("silent", { opened_at: minutes(1), rule: "intake.source_silent" }),
      ticket("climbed", { step }),
      ticket("opened", { step: { ...step, index: 1 } }),
      ticket("long ago", { step: { ...step, started_at: minutes(-9) } }),
    ];
    const { state } = reduce(initialState, snapshot(1, tiles), NOON);
    expect(counts(read, state)).toEqual({ alerts: 10, climbed: 4, silent: 2 });
  });
});
