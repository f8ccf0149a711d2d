import { describe, expect, it } from "vitest";

import { alert, NOON } from "../samples";
import type { AlertTile, Severity } from "../types";
import { LOUD, muteFor } from "./mute";
import { GAP, REPEAT, ring, type Ringing, type Room } from "./ring";

const room = (fresh: AlertTile[], change: Partial<Room> = {}): Room => ({ fresh, now: NOON, mute: LOUD, flood: false, able: true, ...change });
const worst = (id: string): AlertTile => alert(id, { severity: "critical" });
const opened = ring(null, room([])).ringing;

/** What sounds when each of these comes a second after the one before. */
function heard(...rooms: Room[]): (Severity | null)[] {
  let ringing: Ringing = opened;
  return rooms.map((one, i) => {
    const { ringing: after, play } = ring(ringing, { ...one, now: one.now + 1000 * (i + 1) });
    ringing = after;
    return play;
  });
}

describe("the sound of a screen", () => {
  it("is heard once for what isn't critical", () => {
    expect(heard(room([alert("a")]), room([alert("a")]))).toEqual(["high", null]);
  });

  it("repeats for a critical alert until somebody has it", () => {
    const one = room([worst("a")]);
    const first = ring(opened, one);
    expect(first.play).toBe("critical");
    expect(ring(first.ringing, { ...one, now: NOON + REPEAT - 1 }).play).toBeNull();
    const second = ring(first.ringing, { ...one, now: NOON + REPEAT });
    expect(second.play).toBe("critical");
    expect(ring(second.ringing, { ...room([]), now: NOON + 2 * REPEAT }).play).toBeNull();
  });

  it("is that of the worst of several that come together", () => {
    const several = [alert("a", { severity: "low" }), alert("b", { severity: "medium" })];
    expect(heard(room(several), room(several))).toEqual(["medium", null]);
  });

  it("waits for the one before it to end, and is not lost by that", () => {
    const [a, b] = [alert("a"), alert("b", { severity: "medium" })];
    const first = ring(opened, room([a]));
    const second = ring(first.ringing, room([a, b], { now: NOON + 1000 }));
    expect(second.play).toBeNull();
    expect(ring(second.ringing, room([a, b], { now: NOON + GAP })).play).toBe("medium");
  });

  it("is heard again when an alert gets worse or comes back", () => {
    const first = ring(opened, room([alert("a", { severity: "low" })])).ringing;
    const later = NOON + GAP;
    expect(ring(first, room([alert("a", { severity: "high" })], { now: later })).play).toBe("high");
    expect(ring(first, room([alert("a", { severity: "low", generation: 3 })], { now: later })).play).toBe("low");
  });

  it("never comes from information", () => {
    expect(heard(room([alert("a", { severity: "info" })]))).toEqual([null]);
  });

  it("greets a screen that has just opened with critical alerts alone", () => {
    expect(ring(null, room([alert("a")])).play).toBeNull();
    expect(ring(null, room([alert("a"), worst("b")])).play).toBe("critical");
  });

  it("is limited to critical alerts in a flood", () => {
    expect(heard(room([alert("a")], { flood: true }), room([alert("a")]))).toEqual([null, null]);
    expect(heard(room([alert("a"), worst("b")], { flood: true }))).toEqual(["critical"]);
  });

  it("doesn't make up for what came while it was muted, but a critical alert that is still there sounds afterwards", () => {
    const mute = muteFor(5, NOON);
    const muted = ring(opened, room([alert("a"), worst("b")], { mute, now: NOON + 1000 }));
    expect(muted.play).toBeNull();
    expect(ring(muted.ringing, room([alert("a"), worst("b")], { mute, now: NOON + 300_000 })).play).toBe("critical");
    expect(ring(muted.ringing, room([alert("a")], { mute, now: NOON + 300_000 })).play).toBeNull();
  });

  it("is none on a screen that mustn't or can't sound", () => {
    expect(heard(room([worst("a"), alert("b")], { able: false }))).toEqual([null]);
  });

  it("begins again at once when the server's clock is set back", () => {
    const first = ring(opened, room([worst("a")])).ringing;
    const back = NOON - 86_400_000;
    const second = ring(first, room([worst("a")], { now: back })).ringing;
    expect(ring(second, room([worst("a")], { now: back + REPEAT })).play).toBe("critical");
  });
});
