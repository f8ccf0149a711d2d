import { describe, expect, it } from "vitest";

import { alert, frame, minutes, NOON, panel, snapshot, ticket } from "./samples";
import { initialState, reduce, type State, totalsOf, type Verdict } from "./state";
import type { Payload, ServerMessage } from "./types";

const play = (...messages: ServerMessage[]): { state: State; verdicts: Verdict[] } => {
  let state = initialState;
  const verdicts: Verdict[] = [];
  for (const message of messages) {
    const result = reduce(state, message, NOON);
    state = result.state;
    verdicts.push(result.verdict);
  }
  return { state, verdicts };
};

const totals = (open: number, fresh: number, tickets: number, overdue: number): NonNullable<Extract<ServerMessage, { type: "snapshot" }>["totals"]> => ({
  alerts: { open, unacknowledged: fresh },
  tickets: { open: tickets, overdue },
});

describe("a snapshot", () => {
  it("replaces everything that was there", () => {
    const { state } = play(snapshot(5, [alert("a"), panel("level")]), snapshot(9, [alert("b")], { epoch: 2 }));
    expect([...state.alerts.keys()]).toEqual(["alert:b"]);
    expect(state.panels.size).toBe(0);
    expect([state.epoch, state.seq]).toEqual(["2", 9]);
  });

  it("leaves out what is closed", () => {
    const { state } = play(snapshot(1, [alert("a", { state: "closed" }), ticket("t", { state: "merged" })]));
    expect(state.alerts.size + state.tickets.size).toBe(0);
  });
});

describe("a frame", () => {
  it("in its turn is applied", () => {
    const { state, verdicts } = play(snapshot(5, []), frame(6, alert("a")));
    expect(verdicts.at(-1)).toBe("applied");
    expect([state.seq, state.alerts.size]).toEqual([6, 1]);
  });

  it("that skips numbers of other streams is no gap, since prev is what it follows", () => {
    const { verdicts } = play(snapshot(5, []), frame(9, alert("a"), { prev: 5 }));
    expect(verdicts.at(-1)).toBe("applied");
  });

  it("that was seen already changes nothing", () => {
    const { state, verdicts } = play(snapshot(5, []), frame(5, alert("a")));
    expect(verdicts.at(-1)).toBe("ignored");
    expect(state.alerts.size).toBe(0);
  });

  it("after a missing one is a gap and is not applied", () => {
    const { state, verdicts } = play(snapshot(5, []), frame(7, alert("a")));
    expect(verdicts.at(-1)).toBe("gap");
    expect([state.seq, state.alerts.size]).toEqual([5, 0]);
  });

  it("of another history is foreign", () => {
    expect(play(snapshot(5, []), frame(6, alert("a"), { epoch: 2 })).verdicts.at(-1)).toBe("foreign");
    expect(play(frame(6, alert("a"))).verdicts.at(-1)).toBe("foreign");
  });

  it("with a tombstone removes the tile", () => {
    const gone = frame(6, alert("a"), { tile: { key: "alert:a", version: 2, gone: true } });
    expect(play(snapshot(5, [alert("a")]), gone).state.alerts.size).toBe(0);
  });

  it("with an older version of a tile only moves the number", () => {
    const newer = snapshot(5, [], { tiles: [{ key: "alert:a", version: 7, payload: alert("a", { count: 9 }) }] });
    const { state } = play(newer, frame(6, alert("a", { count: 1 })));
    expect([state.seq, state.alerts.get("alert:a")?.count]).toEqual([6, 9]);
  });

  it("that closes an alert takes it off the screen and into the log", () => {
    const { state } = play(snapshot(5, [alert("a")]), frame(6, alert("a", { state: "closed" })));
    expect(state.alerts.size).toBe(0);
    expect(state.log[0]?.id).toBe("alert closed");
  });
});

describe("a heartbeat", () => {
  const beat = (seq: number, epoch = 1): ServerMessage => ({ type: "heartbeat", epoch, seq, now: minutes(0) });

  it("that knows as much as we do is in step, one that knows more says that we are behind", () => {
    expect(play(snapshot(5, []), beat(5)).verdicts.at(-1)).toBe("applied");
    expect(play(snapshot(5, []), beat(6)).verdicts.at(-1)).toBe("behind");
  });

  it("of another history is foreign", () => {
    expect(play(snapshot(5, []), beat(5, 2)).verdicts.at(-1)).toBe("foreign");
  });

  it("before the snapshot says nothing", () => {
    expect(play(beat(5)).verdicts).toEqual(["ignored"]);
  });
});

describe("totals", () => {
  it("count what the snapshot left out", () => {
    const { state } = play(snapshot(5, [alert("a")], { totals: totals(27, 3, 23, 1) }));
    expect(totalsOf(state, NOON)).toEqual(totals(27, 3, 23, 1));
  });

  it("follow the frames after it", () => {
    const { state } = play(
      snapshot(5, [alert("a")], { totals: totals(27, 3, 23, 1) }),
      frame(6, alert("a", { state: "acknowledged" })),
      frame(7, alert("new", { opened_at: minutes(1) })),
      frame(8, ticket("t", { opened_at: minutes(1) })),
    );
    expect(totalsOf(state, NOON)).toEqual(totals(28, 3, 24, 1));
  });

  it("don't count a hidden alert twice when a frame brings it", () => {
    const { state } = play(
      snapshot(5, [], { totals: totals(27, 3, 0, 0) }),
      frame(6, alert("old", { opened_at: minutes(-900), state: "acknowledged" })),
    );
    expect(totalsOf(state, NOON).alerts.open).toBe(27);
  });

  it("see a ticket become overdue by the clock alone", () => {
    const { state } = play(snapshot(5, [ticket("t", { due_at: minutes(1) })], { totals: totals(0, 0, 1, 0) }));
    expect(totalsOf(state, NOON).tickets.overdue).toBe(0);
    expect(totalsOf(state, NOON + 120_000).tickets.overdue).toBe(1);
  });

  it("don't call a shelved or suppressed alert unacknowledged", () => {
    const { state } = play(snapshot(5, [alert("a", { shelved_until: minutes(5) }), alert("b", { suppressed: true }), alert("c")]));
    expect(totalsOf(state, NOON).alerts).toEqual({ open: 3, unacknowledged: 1 });
  });
});

describe("snapshot and frames", () => {
  it("give what a later snapshot gives, whatever the frames are", () => {
    let seed = 7;
    const random = (n: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % n;
    };
    for (let round = 0; round < 50; round += 1) {
      const truth = new Map<string, Payload>();
      let state = reduce(initialState, snapshot(0, []), NOON).state;
      for (let seq = 1; seq <= 40; seq += 1) {
        const id = String(random(8));
        const payload = [alert(id, { count: seq }), ticket(id, { code: String(seq) }), panel(id, { fresh_for: seq })][random(3)];
        if (!payload) throw new Error("no payload");
        const { key } = frame(seq, payload).tile;
        const gone = random(4) === 0;
        if (gone) truth.delete(key);
        else truth.set(key, payload);
        const change = gone ? { tile: { key, version: seq, gone: true as const } } : {};
        state = reduce(state, frame(seq, payload, change), NOON).state;
      }
      const later = reduce(initialState, snapshot(40, [...truth.values()]), NOON).state;
      const content = (s: State): unknown[] =>
        [s.panels, s.alerts, s.tickets].map((map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(content(state)).toEqual(content(later));
    }
  });
});

describe("the log", () => {
  it("tells a new alert, who took it, and a ticket that climbs", () => {
    const { state } = play(
      snapshot(5, []),
      frame(6, alert("a")),
      frame(7, alert("a", { state: "acknowledged", holder: { name: "Niê Kbuôr" } })),
      frame(8, ticket("t")),
      frame(9, ticket("t", { step: { index: 2, count: 6, started_at: minutes(0), due_at: null } })),
      frame(10, ticket("t", { step: { index: 2, count: 6, started_at: minutes(0), due_at: minutes(9) } })),
    );
    expect(state.log.map((line) => line.id)).toEqual(["up to rung {index}", "ticket opened", "acknowledged by {name}", "new alert"]);
    expect(state.log[2]?.params).toEqual({ name: "Niê Kbuôr" });
  });

  it("starts from what the snapshot tells by itself, newest first", () => {
    const { state } = play(
      snapshot(5, [
        alert("old", { opened_at: minutes(-50) }),
        alert("new", { opened_at: minutes(-2) }),
        ticket("t", { step: { index: 3, count: 6, started_at: minutes(-5), due_at: null } }),
      ]),
    );
    expect(state.log.map((line) => line.title)).toEqual(["alert new", "ticket t", "alert old"]);
  });

  it("says nothing of a tile that is no longer ours to see", () => {
    const gone = frame(6, alert("a"), { tile: { key: "alert:a", version: 2, gone: true } });
    expect(play(snapshot(5, [alert("a", { opened_at: minutes(-3) })]), gone).state.log).toHaveLength(1);
  });
});
