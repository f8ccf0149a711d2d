// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { plainMessages } from "../messages";
import { alert, NOON, snapshot } from "../samples";
import { alertList } from "../select";
import { initialState, reduce, type State } from "../state";
import type { WallConfig } from "../types";
import { AlarmDesk } from "./desk";

const sent: { url: string; body: unknown }[] = [];
let status = 200;

beforeEach(() => {
  sent.length = 0;
  status = 200;
  localStorage.clear();
  vi.stubGlobal("fetch", (url: string, how?: RequestInit) => {
    if (how?.method === "POST") sent.push({ url, body: JSON.parse(how.body as string) });
    return Promise.resolve(new Response("{}", { status }));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function desk(role: string, verbs: string[], alerts = [alert("a", { generation: 4 })], replay: object | null = null) {
  const state: State = reduce(initialState, snapshot(1, alerts), NOON).state;
  const said: string[] = [];
  const config = { board: "overview", csrf: "", user: { name: "", role, duty: null, may: verbs, shift: null }, replay } as unknown as WallConfig;
  const made = new AlarmDesk({
    config,
    clock: { now: () => NOON },
    state: () => state,
    messages: () => plainMessages("en"),
    schedule: () => undefined,
    notify: (text) => said.push(text),
    say: (text) => said.push(text),
  });
  return { made, said, view: () => made.view(alertList(state, NOON), NOON), first: alerts[0] ?? alert("none") };
}

const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve);
  });

describe("the desk", () => {
  it("shelves an alert as it was shown, with the reason, and says until when", async () => {
    const { said, view, first } = desk("operator", ["shelve"]);
    view().act.setReason(" known ");
    view().act.shelve(first, NOON + 3_600_000);
    await settled();
    expect(sent).toEqual([
      { url: "/api/alerts/a/shelve/", body: { until: new Date(NOON + 3_600_000).toISOString(), note: "known", generation: 4 } },
    ]);
    expect(said).toEqual(["Shelved until 13:00"]);
    expect(view().reason).toBe("");
  });

  it("stays calm when the alert has changed meanwhile", async () => {
    status = 409;
    const { said, view, first } = desk("operator", ["shelve"]);
    view().act.shelve(first);
    await settled();
    expect(said).toEqual(["Someone else was faster: the alert has changed."]);
  });

  it("asks the server nothing for who may not, nor for the past", async () => {
    for (const { made, view, first } of [desk("leader", ["acknowledge"]), desk("operator", ["shelve"], undefined, { at: null })]) {
      expect(view().mayShelve).toBe(false);
      view().act.shelve(first);
      made.follow();
    }
    await settled();
    expect(sent).toEqual([]);
  });

  it("takes many at once and counts those that had changed already", async () => {
    const many = Array.from({ length: 9 }, (_, i) => alert(`a${i}`));
    const { said, view } = desk("operator", ["acknowledge"], many);
    view().act.takeAll(many);
    expect(view().taking).toEqual({ done: 0, count: 9 });
    await vi.waitFor(() => {
      expect(view().taking).toBeNull();
    });
    expect(sent.map((one) => one.url).sort()).toEqual(many.map((one) => `/api/alerts/${one.id}/acknowledge/`).sort());
    expect(said).toEqual(["9 acknowledged"]);
  });

  it("keeps its mute for the screen's next load, but never for longer than its time", () => {
    const { view } = desk("operator", []);
    view().act.setSound({ on: true });
    view().act.mute(30);
    expect(desk("operator", []).view().mute).toEqual({ all: NOON + 1_800_000, critical: NOON + 900_000 });
    localStorage.setItem("wall-mute", '{"all": 1e300, "critical": "never"}');
    expect(desk("operator", []).view().mute).toEqual({ all: NOON + 3_600_000, critical: 0 });
  });

  it("says that a browser still keeps it silent", () => {
    const { view } = desk("operator", []);
    expect(view().blocked).toBe(false);
    view().act.setSound({ on: true });
    expect(view().blocked).toBe(true);
  });
});
