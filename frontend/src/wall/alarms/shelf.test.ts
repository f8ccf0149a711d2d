import { describe, expect, it } from "vitest";

import { alert, minutes, NOON, snapshot } from "../samples";
import { initialState, reduce } from "../state";
import { onShelf, shelfTimes } from "./shelf";

describe("the shelf", () => {
  it("offers ten minutes, an hour, and the end of the shift while it is to come", () => {
    const untils = (ends: string | null): number[] => shelfTimes(NOON, ends).map((time) => (time.until - NOON) / 60_000);
    expect(untils(null)).toEqual([10, 60]);
    expect(untils(minutes(90))).toEqual([10, 60, 90]);
    expect(untils(minutes(-1))).toEqual([10, 60]);
  });

  it("lists what comes back first at the top, and nothing that is back by the server's clock", () => {
    const tiles = [alert("a", { shelved_until: minutes(20) }), alert("b", { shelved_until: minutes(5) }), alert("c")];
    const { state } = reduce(initialState, snapshot(1, tiles), NOON);
    expect(onShelf(state, NOON).map((one) => one.id)).toEqual(["b", "a"]);
    expect(onShelf(state, NOON + 6 * 60_000).map((one) => one.id)).toEqual(["a"]);
  });
});
