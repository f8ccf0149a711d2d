import { describe, expect, it, vi } from "vitest";

import type { ServerMessage } from "../../wall/types";
import { untilMinute } from "../live/listen";
import { Position } from "../live/position";
import { step, typing } from "./keys";
import { common, sentence } from "./select";

describe("the bar", () => {
  it("shows only what all selected rows allow", () => {
    expect([...common([["accept", "assign", "transfer"], ["assign", "transfer"], ["transfer", "wait"]])]).toEqual(["transfer"]);
    expect([...common([])]).toEqual([]);
    expect([sentence(1, 3), sentence(2, 3), sentence(2, 0), sentence(201, 0)]).toEqual(["one", "many", "nothing", "most"]);
  });
});

describe("keys", () => {
  it("are off inside fields and on beside them", () => {
    expect(typing({ tagName: "INPUT", type: "text" })).toBe(true);
    expect(typing({ tagName: "TEXTAREA" })).toBe(true);
    expect(typing({ tagName: "DIV", isContentEditable: true })).toBe(true);
    expect(typing({ tagName: "INPUT", type: "checkbox" })).toBe(false);
    expect(typing({ tagName: "A" })).toBe(false);
  });

  it("stop at the first and the last row", () => {
    expect([step(3, -1, 1), step(3, 0, 1), step(3, 2, 1), step(3, 0, -1), step(3, -1, -1), step(0, -1, 1)]).toEqual([0, 1, 2, 0, 2, -1]);
  });
});

describe("frames", () => {
  const say = (message: Record<string, unknown>): ServerMessage => message as unknown as ServerMessage;

  it("tell of tickets, are followed in order, and a missing one is noticed", () => {
    const changed = vi.fn();
    const position = new Position(changed);
    expect(position.here).toBeNull();
    position.take(say({ type: "snapshot", epoch: "e", seq: 5, tiles: [] }));
    expect(position.here).toEqual({ epoch: "e", seq: 5 });
    expect(position.take(say({ type: "frame", epoch: "e", seq: 6, prev: 5, tile: { key: "alert:1" } }))).toBe("applied");
    expect(changed).not.toHaveBeenCalled();
    expect(position.take(say({ type: "frame", epoch: "e", seq: 7, prev: 6, tile: { key: "ticket:1" } }))).toBe("applied");
    expect(changed.mock.calls).toEqual([["ticket:1"]]);
    expect(position.take(say({ type: "frame", epoch: "e", seq: 7, prev: 6, tile: { key: "ticket:1" } }))).toBe("ignored");
    expect(position.take(say({ type: "frame", epoch: "e", seq: 9, prev: 8, tile: { key: "ticket:1" } }))).toBe("gap");
    expect(position.take(say({ type: "heartbeat", epoch: "e", seq: 9 }))).toBe("behind");
    expect(position.take(say({ type: "heartbeat", epoch: "f", seq: 1 }))).toBe("foreign");
  });
});

it("words of countdowns change at the whole minute", () => {
  expect(untilMinute(61_000)).toBe(59_000);
});
