import { describe, expect, it } from "vitest";

import { alert, frame, NOON, snapshot, ticket } from "../samples";
import { alertList, unacknowledged } from "../select";
import { initialState, reduce, type State } from "../state";
import type { Payload } from "../types";
import { incident } from "./sample";
import { AGAIN, IncidentStore, pick, SOON } from "./store";
import type { Incident, IncidentView } from "./types";

const stateOf = (...payloads: Payload[]): State => reduce(initialState, snapshot(1, payloads), NOON).state;

/** A store with a clock and answers of its own; `asked` is what it wanted to read. */
function room(wanted: string | null, answers: Record<string, Incident | null | Error> = {}) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const store = new IncidentStore(
    wanted,
    (id) => {
      asked.push(id);
      const answer = id in answers ? (answers[id] ?? null) : incident(id);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    () => undefined,
    () => clock.now,
  );
  const look = (state: State): IncidentView => {
    const alerts = alertList(state, NOON);
    return store.follow(state, unacknowledged(alerts, NOON), alerts);
  };
  const settled = async (state: State): Promise<IncidentView> => {
    look(state);
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    return look(state);
  };
  return { asked, clock, store, look, settled };
}

describe("which incident the board shows", () => {
  const taken = alert("taken", { severity: "critical", state: "acknowledged" });
  const open = alert("open", { severity: "high" });

  it("is the chosen one, else the first that nobody has, else the worst", () => {
    expect(pick("chosen", [open], [taken, open])).toBe("chosen");
    expect(pick(null, [open], [taken, open])).toBe("open");
    expect(pick(null, [], [taken])).toBe("taken");
    expect(pick(null, [], [])).toBeNull();
  });

  it("moves on to the next when the worst is over", async () => {
    const { settled } = room(null);
    expect((await settled(stateOf(open, alert("low", { severity: "low" })))).id).toBe("open");
    expect((await settled(stateOf(alert("low", { severity: "low" })))).id).toBe("low");
  });

  it("is none, calmly, when nothing is open", async () => {
    const { settled, asked } = room(null);
    expect(await settled(stateOf())).toEqual({ status: "none", id: null, alert: null, ended: false, data: null });
    expect(asked).toEqual([]);
  });

  it("stays with a chosen one that has ended, and says so", async () => {
    const over = incident("a", { alert: { ...alert("a", { state: "closed" }), open: false, acknowledged_at: null, ended_at: null } });
    const view = await room("a", { a: over }).settled(stateOf(open));
    expect([view.id, view.ended, view.status]).toEqual(["a", true, "ready"]);
  });

  it("is as if it weren't there when the reader may not see it", async () => {
    const { settled, asked, clock } = room("secret", { secret: null });
    const view = await settled(stateOf(open));
    expect([view.status, view.alert, view.data]).toEqual(["missing", null, null]);
    clock.now = 10 * AGAIN;
    await settled(stateOf(open));
    expect(asked).toEqual(["secret"]);
  });
});

describe("what is known of it", () => {
  const open = alert("a", { severity: "high" });

  it("is read again soon after a frame about it, not after one about something else", async () => {
    const { settled, asked, clock } = room(null);
    const before = stateOf(open);
    await settled(before);
    clock.now = SOON;
    const elsewhere = reduce(before, frame(2, alert("z", { severity: "low", monitor: "health" })), NOON).state;
    await settled(elsewhere);
    expect(asked).toEqual(["a"]);
    await settled(reduce(elsewhere, frame(3, ticket("t1")), NOON).state);
    expect(asked).toEqual(["a", "a"]);
  });

  it("is read again after a minute without news: measurements go on", async () => {
    const { settled, asked, clock } = room(null);
    await settled(stateOf(open));
    clock.now = AGAIN - 1;
    await settled(stateOf(open));
    expect(asked).toHaveLength(1);
    clock.now = AGAIN;
    await settled(stateOf(open));
    expect(asked).toHaveLength(2);
  });

  it("stays on the screen when a later reading fails", async () => {
    const answers: Record<string, Incident | Error> = {};
    const { settled, clock } = room(null, answers);
    await settled(stateOf(open));
    answers.a = new Error("HTTP 503");
    clock.now = AGAIN;
    const view = await settled(stateOf(open));
    expect([view.status, view.data?.tickets.total]).toEqual(["ready", 5]);
  });

  it("says that it could not be read when there is nothing to keep", async () => {
    const view = await room(null, { a: new Error("HTTP 503") }).settled(stateOf(open));
    expect([view.status, view.alert?.id]).toEqual(["failed", "a"]);
  });

  it("follows the frames for the alert itself", async () => {
    const { settled } = room(null);
    const view = await settled(stateOf(alert("a", { severity: "high", state: "acknowledged", holder: { name: "Hà" } })));
    expect(view.alert?.holder?.name).toBe("Hà");
  });
});
