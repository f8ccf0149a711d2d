import { describe, expect, it } from "vitest";

import { alert as sample, minutes, NOON } from "../samples";
import { initialState, totalsOf } from "../state";
import type { AlertTile, Rotation, Severity } from "../types";
import { isWhole, ownTiles, seenBy, turnAt } from "./rotation";

const BOARDS = ["overview", "health", "environment"];
const EVERY: Rotation = { seconds: 30, forwardFrom: "critical" };

const alert = (id: string, monitor: string, severity: Severity, minutesAgo = 60): AlertTile =>
  sample(id, { monitor, severity, opened_at: minutes(-minutesAgo) });

const shown = (fresh: AlertTile[], rotation = EVERY, boards = BOARDS): string[] =>
  [0, 30, 60, 90].map((second) => turnAt(boards, rotation, fresh, NOON + 1000 * second).board);

describe("the board of an unattended screen", () => {
  it("changes with the server's clock, so that all screens are in step", () => {
    expect(shown([])).toEqual(["overview", "health", "environment", "overview"]);
    const half = turnAt(BOARDS, EVERY, [], NOON + 29_999);
    expect(half).toEqual({ board: "overview", forward: false });
  });

  it("is one in alarm while there is an alarm", () => {
    expect(shown([alert("1", "environment", "critical")])).toEqual(Array(4).fill("environment"));
  });

  it("takes turns among the three worst in alarm", () => {
    const alarms = [alert("1", "environment", "critical"), alert("2", "health", "critical")];
    expect(shown(alarms)).toEqual(["environment", "health", "environment", "health"]);
  });

  it("is at once that of an alarm which just came, whatever else is in alarm", () => {
    const alarms = [alert("1", "environment", "critical"), alert("2", "health", "critical", 0)];
    expect(shown(alarms).slice(0, 1)).toEqual(["health"]);
    expect(shown(alarms).slice(1)).toEqual(["health", "environment", "health"]);
  });

  it("stays in turn for alerts milder than the screen is set to", () => {
    const mild = [alert("1", "environment", "high", 0)];
    expect(shown(mild)).toEqual(shown([]));
    expect(shown(mild, { seconds: 30, forwardFrom: "high" })[1]).toBe("environment");
    expect(shown([alert("1", "health", "critical")], { seconds: 30, forwardFrom: "" })).toEqual(shown([]));
  });

  it("is the overview for an alarm whose own board the screen doesn't show", () => {
    expect(shown([alert("1", "tourism", "critical")])).toEqual(Array(4).fill("overview"));
    expect(shown([alert("1", "tourism", "critical")], EVERY, ["health"])).toEqual(Array(4).fill("health"));
  });
});

describe("what a monitor's board shows of a screen's state", () => {
  const alerts = new Map([
    ["a", alert("1", "health", "high")],
    ["b", alert("2", "tourism", "low")],
  ]);
  const state = { ...initialState, epoch: "e", alerts };

  it("is that monitor's alerts, counted", () => {
    expect([...seenBy(state, "health").alerts.keys()]).toEqual(["a"]);
    expect(totalsOf(seenBy(state, "health"), NOON).alerts).toEqual({ open: 1, unacknowledged: 1 });
    expect(seenBy(state, null)).toBe(state);
  });

  it("is that monitor's panels, so that another one's figure never colours its map", () => {
    const panels = new Map([
      ["a", { monitor: "health" }],
      ["b", { monitor: "tourism" }],
    ]);
    expect([...ownTiles(panels, "tourism").keys()]).toEqual(["b"]);
    expect(ownTiles(panels, null)).toBe(panels);
  });

  it("is known to be incomplete when the server kept some back", () => {
    const hidden = { alerts: { open: 3, unacknowledged: 0 }, tickets: { open: 0, overdue: 0 } };
    expect(isWhole(state, NOON)).toBe(true);
    expect(isWhole({ ...state, hidden }, NOON)).toBe(false);
  });
});
