// @vitest-environment happy-dom
import { html, render } from "lit-html";
import { describe, expect, it } from "vitest";

import { LayerStore } from "../map/layers/store";
import type { AlarmView } from "../alarms/desk";
import { Messages } from "../messages";
import { alert, frame, minutes, NOON, panel, snapshot, ticket } from "../samples";
import { alertList, ticketList, unacknowledged } from "../select";
import { initialState, reduce, type State } from "../state";
import type { Cell, PanelTile, Payload, TilePlace } from "../types";
import { banner, bannerClass, shown } from "./banner";
import { bar } from "./bar";
import { draw } from "./board";
import type { Context, Dialog, Ui } from "./context";
import { dialog } from "./dialog";
import { foot } from "./foot";
import { alertPane, ticketPane } from "./lists";
import { mapPane } from "./mapPane";
import { tile } from "./tiles";

const m = new Messages({ language: "vi", catalog: { "Old figure": "Số cũ", "Source lost": "Mất nguồn", "not deployed yet": "chưa triển khai" } });
const cell: Cell = { monitor: "rivers", panel: "level", title: "Rivers" };

const PLACE = { area: {}, size: "" } as const;
const figureTile = (ctx: Context, one: Cell = cell): ReturnType<typeof tile> => tile(ctx, one, PLACE);

interface Wish {
  payloads?: Payload[];
  tiles?: TilePlace[];
  ui?: Partial<Ui>;
  now?: number;
  realm?: string;
  state?: State;
  role?: boolean;
  link?: Context["link"];
  alarms?: Partial<AlarmView>;
}

const nothing = (): void => undefined;
const quiet: AlarmView = {
  sound: { on: true, day: 1, night: 1 },
  blocked: false,
  mute: { all: 0, critical: 0 },
  flood: { on: false, recent: 0, since: null },
  apart: false,
  rows: null,
  since: null,
  counts: null,
  shelving: null,
  reason: "",
  confirming: null,
  taking: null,
  mayShelve: true,
  act: {
    shelve: nothing,
    unshelve: nothing,
    setReason: nothing,
    confirm: nothing,
    takeAll: nothing,
    setSound: nothing,
    test: nothing,
    mute: nothing,
    unmute: nothing,
    setApart: nothing,
    seen: nothing,
  },
};

function contextOf(wish: Wish): Context {
  const state = wish.state ?? reduce(initialState, snapshot(1, wish.payloads ?? []), NOON).state;
  const now = wish.now ?? NOON;
  const alerts = alertList(state, now);
  return {
    config: {
      board: "overview",
      boards: [
        { slug: "overview", title: "Overview" },
        { slug: "rivers", title: "Rivers and rain" },
      ],
      language: "vi",
      wsUrl: "",
      messagesUrl: "",
      unitsUrl: "",
      realm: wish.realm ?? "live",
      simulated: wish.realm === "demo",
      province: { name: "Province", subtitle: "Centre" },
      user: { name: "H'Hen", role: "operator", duty: null, may: ["acknowledge", "shelve"], shift: null },
      now: minutes(0),
      layout: { version: "v1", columns: 24, rows: 60, tiles: wish.tiles ?? [] },
      csrf: "",
    },
    m,
    state,
    panels: state.panels,
    alerts,
    fresh: unacknowledged(alerts, now),
    tickets: ticketList(state, now),
    now,
    link: wish.link ?? { status: "live", beats: [{ at: 1, seq: 1, gap: 1 }], silence: 0, seq: 1 },
    ui: {
      chosen: null,
      taken: null,
      acknowledging: null,
      notice: null,
      dialog: null,
      why: null,
      mapPanel: null,
      mapFailed: false,
      mapHost: document.createElement("div"),
      units: null,
      unplaced: 0,
      rows: { alerts: 6, tickets: 4 },
      letters: true,
      announcement: "",
      ...wish.ui,
    },
    actions: {
      acknowledge: nothing,
      next: nothing,
      open: nothing,
      close: nothing,
      retryWhy: nothing,
      chooseMapPanel: nothing,
      setLetters: nothing,
      zoom: nothing,
      switchTheme: nothing,
    },
    layers: new LayerStore("overview", nothing),
    partial: false,
    mayAcknowledge: wish.role ?? true,
    alarms: { ...quiet, ...wish.alarms },
  };
}

function drawn(content: unknown): HTMLElement {
  const host = document.createElement("div");
  render(html`${content}`, host);
  return host;
}

const words = (content: unknown): string => drawn(content).textContent.replace(/\s+/g, " ").trim();
const classes = (content: unknown, selector: string): string[] => [...(drawn(content).querySelector(selector)?.classList ?? [])];

describe("a tile", () => {
  it("shows its figure, what it counts and its age", () => {
    const text = words(figureTile(contextOf({ payloads: [panel("level")] })));
    expect(text).toContain("3");
    expect(text).toContain("level");
    expect(text).toContain("1 min");
  });

  it("says that its figure is old once its limit has passed, and shows no severity then", () => {
    const ctx = contextOf({ payloads: [panel("level", { severity: "high" })], now: NOON + 600_000 });
    expect(words(figureTile(ctx))).toContain("Số cũ");
    expect(classes(figureTile(ctx), ".tile")).toContain("stale");
    expect(drawn(figureTile(ctx)).querySelector(".tile")?.hasAttribute("data-sev")).toBe(false);
  });

  it("shows no figure while its source is silent, only the last one small with its time", () => {
    const silent = panel("level", { silent_since: minutes(-40), last: { value: 7, at: minutes(-41) } });
    const host = drawn(figureTile(contextOf({ payloads: [silent] })));
    expect(host.textContent).toContain("Mất nguồn");
    expect(host.querySelector(".fig .num")).toBeNull();
    expect(host.textContent).toContain("last figure: 7 at 11:19");
  });

  it("keeps its place, without a number, when its monitor doesn't exist", () => {
    const host = drawn(figureTile(contextOf({}), { monitor: null, panel: null, title: "Tourism" }));
    expect(host.textContent).toContain("Tourism");
    expect(host.textContent).toContain("chưa triển khai");
    expect(host.textContent).not.toMatch(/\d/);
    expect(host.querySelector("button")).toBeNull();
  });

  it("carries word, shape and colour of its severity together, outlined once someone has it", () => {
    const host = drawn(figureTile(contextOf({ payloads: [panel("level", { severity: "critical", held: true })] })));
    expect(host.querySelector(".tile")?.getAttribute("data-sev")).toBe("critical");
    expect(host.querySelector(".glyph")?.classList.contains("held")).toBe(true);
    expect(host.textContent).toContain("Critical");
  });
});

describe("the banner", () => {
  const loud = alert("a", { severity: "critical", title: "Flood" });

  it("shows the worst that nobody has, filled, with a button", () => {
    const ctx = contextOf({ payloads: [alert("b"), loud] });
    expect(words(banner(ctx))).toContain("Flood");
    expect(bannerClass(shown(ctx))).toBe("banner critical loud new");
    expect(drawn(banner(ctx)).querySelector(".btn.main")?.textContent).toContain("Acknowledge");
  });

  it("offers no button to who may only watch", () => {
    expect(drawn(banner(contextOf({ payloads: [loud], role: false }))).querySelector(".btn.main")).toBeNull();
  });

  it("stays as an outline for a moment after its alert was taken, then shows the next", () => {
    const before = reduce(initialState, snapshot(1, [loud, alert("b")]), NOON).state;
    const taken = { ...loud, state: "acknowledged" as const, holder: { name: "Y Thăng" } };
    const { state } = reduce(before, frame(2, taken), NOON);
    const ui = { taken: { id: "a", until: NOON + 6000 } };
    expect(bannerClass(shown(contextOf({ state, ui })))).toBe("banner critical loud held");
    expect(words(banner(contextOf({ state, ui })))).toContain("Y Thăng has it");
    expect(shown(contextOf({ state, ui, now: NOON + 7000 }))?.alert.id).toBe("b");
  });

  it("is calm, not gone, when nothing is left to take", () => {
    const ctx = contextOf({ payloads: [alert("b", { state: "acknowledged" })] });
    expect(bannerClass(shown(ctx))).toBe("banner calm");
    expect(words(banner(ctx))).toContain("1 in hand");
  });

  it("names a drill", () => {
    expect(words(banner(contextOf({ payloads: [loud], realm: "drill-flood" })))).toContain("drill");
  });

  it("names the monitor that raised it, not one of the panels of its board", () => {
    expect(drawn(banner(contextOf({ payloads: [loud] }))).querySelector(".origin")?.textContent).toContain("Rivers and rain");
  });
});

describe("the lists", () => {
  it("show as many as fit and say how many there are", () => {
    const many = Array.from({ length: 9 }, (_, i) => alert(String(i)));
    const ctx = contextOf({ payloads: many, ui: { rows: { alerts: 2 } } });
    expect(drawn(alertPane(ctx)).querySelectorAll(".alert")).toHaveLength(2);
    expect(words(alertPane(ctx))).toContain("2 of 9");
  });

  it("show rung, holder and what is left of a ticket's time", () => {
    const one = ticket("t", { holder: { name: "A person", title: { vi: "Trưởng phòng", en: "Head" } }, next: { title: "Director" } });
    const ctx = contextOf({ payloads: [one] });
    const text = words(ticketPane(ctx));
    expect(text).toContain("40:00");
    expect(text).toContain("Trưởng phòng");
    expect(text).toContain("Director");
    expect(text).not.toContain("A person");
    expect(drawn(ticketPane(ctx)).querySelector(".rungs")?.getAttribute("aria-label")).toBe("rung 1 of 6");
  });

  it("count an overdue ticket", () => {
    const ctx = contextOf({ payloads: [ticket("t", { due_at: minutes(-6) })] });
    expect(words(ticketPane(ctx))).toContain("1 overdue");
    expect(classes(ticketPane(ctx), ".ticket")).toContain("over");
  });
});

describe("a row of the list", () => {
  it("says with a sign and a word that an alert comes and goes, and how many it hides", () => {
    const swinging = alert("a", { flapping: { kind: "chattering", count: 4 }, hides: 7 });
    const rows = drawn(alertPane(contextOf({ payloads: [swinging, alert("b")] })));
    expect([...rows.querySelectorAll(".mark")].map((one) => one.textContent.trim())).toEqual(["chattering ×4", "hides 7"]);
    expect(rows.querySelectorAll(".mark svg")).toHaveLength(2);
  });
});

describe("the frame of the board", () => {
  it("tells when the link is lost and since when", () => {
    const ctx = contextOf({ link: { status: "lost", beats: [{ at: 1, seq: 1, gap: 1 }], silence: 30, seq: 1 } });
    expect(words(bar(ctx))).toContain("Link lost");
    expect(words(bar(ctx))).toContain("since 11:59:30");
  });

  it("marks simulated figures and drills in words", () => {
    expect(words(foot(contextOf({ realm: "demo" })))).toContain("Simulated figures");
    expect(words(foot(contextOf({ realm: "drill-flood" })))).toContain("DRILL flood");
    expect(words(foot(contextOf({})))).not.toContain("Simulated");
  });

  it("offers the choice of the map's figure only when there is one", () => {
    const map = (name: string): Payload => panel(name, { chart: "map", values: { "1": 4 } });
    expect(drawn(mapPane(contextOf({ payloads: [map("a")] }))).querySelector("select")).toBeNull();
    expect(drawn(mapPane(contextOf({ payloads: [map("a"), map("b")] }))).querySelectorAll("option")).toHaveLength(2);
  });

  it("colours the map by what says most now, and by a monitor with a critical alert before all", () => {
    const map = (name: string, change: Partial<PanelTile> = {}): Payload =>
      panel(name, { chart: "map", title: name, values: { "1": 4, "2": 9 }, ...change });
    const headingOf = (payloads: Payload[]): string => drawn(mapPane(contextOf({ payloads }))).querySelector("h2")?.textContent ?? "";
    const old = map("old", { figure: { ...panel("x").figure, as_of: minutes(-9999) } });
    const same = map("same", { values: { "1": 4 } });
    const part = map("part");
    const whole = map("whole", { monitor: "schools", elsewhere: 0 });
    expect(headingOf([old, same])).toContain("same");
    expect(headingOf([old, same, part])).toContain("part");
    expect(headingOf([old, same, part, whole])).toContain("whole");
    expect(headingOf([part, whole, alert("1", { severity: "high" })])).toContain("whole");
    expect(headingOf([part, whole, alert("1", { severity: "critical" })])).toContain("part");
  });
});

const open = (kind: Dialog, more: Partial<Ui> = {}): Partial<Ui> => ({ dialog: kind, ...more });

describe("the dialog", () => {
  it("shows what a figure is made of", () => {
    const why = {
      sum: [
        { value: 1204, label: "received" },
        { op: "-" as const, value: 1056, label: "dispatched" },
        { op: "=" as const, value: 148, label: "waiting" },
      ],
      rules: [{ id: "rivers.high", version: 3, effective_from: "2025-07-01" }],
      records: { total: 148, rows: [{ code: "R-1", title: "a record" }] },
    };
    const ui = open({ kind: "panel", key: "panel:rivers/level" }, { why: { status: "ready", why } });
    const text = words(dialog(contextOf({ payloads: [panel("level")], ui })));
    for (const part of ["1.204", "−", "1.056", "version 3", "01/07/2025", "1 of 148", "R-1 a record"]) expect(text).toContain(part);
  });

  it("stays calm when that can't be read", () => {
    const ui = open({ kind: "panel", key: "panel:rivers/level" }, { why: { status: "failed" } });
    expect(words(dialog(contextOf({ payloads: [panel("level")], ui })))).toContain("could not be read just now");
  });

  it("is empty once its alert has left the wall", () => {
    expect(words(dialog(contextOf({ ui: open({ kind: "alert", id: "gone" }) })))).toBe("");
  });

  it("offers to take an alert that nobody has, and no other", () => {
    const ui = open({ kind: "alert", id: "a" });
    expect(words(dialog(contextOf({ payloads: [alert("a")], ui })))).toContain("Acknowledge");
    expect(words(dialog(contextOf({ payloads: [alert("a", { state: "acknowledged" })], ui })))).not.toContain("Acknowledge ");
  });
});

describe("alarms", () => {
  const shelved = alert("s", { shelved_until: minutes(40), shelved_by: { name: "Y Thăng" }, title: "Known" });
  const since = { after: minutes(-40), until: minutes(0), alerts: 9, climbed: 3, silent: 0, total: 12, rows: [] };

  it("that are shelved stay counted, in the calm banner and above the list, with the time of the first to come back", () => {
    const ctx = contextOf({ payloads: [shelved, alert("b", { shelved_until: minutes(90) })] });
    expect(words(banner(ctx))).toContain("2 shelved until 12:40");
    expect(words(alertPane(ctx))).toContain("2 shelved");
    const text = words(dialog(contextOf({ payloads: [shelved], ui: open({ kind: "shelf" }) })));
    for (const part of ["Known", "until 12:40", "by Y Thăng", "Take back"]) expect(text).toContain(part);
  });

  it("can be shelved from the banner and the dialog by who may, and by nobody else", () => {
    const [may, mayNot] = [true, false].map((mayShelve) => ({ payloads: [alert("a")], alarms: { mayShelve } }));
    expect(words(banner(contextOf({ ...may })))).toContain("Shelve 10 min");
    expect(words(banner(contextOf({ ...mayNot })))).not.toContain("Shelve");
    const ui = open({ kind: "alert", id: "a" });
    expect(words(dialog(contextOf({ ...may, ui })))).toContain("Reason");
    expect(words(dialog(contextOf({ ...mayNot, ui })))).not.toContain("Reason");
  });

  it("of a flood stand in groups that say how many, where, and what nobody has", () => {
    const alerts = [alert("a"), alert("b", { unit: { code: "1", name: "One" } }), alert("c", { state: "acknowledged" })];
    const flood = { on: true, recent: 41, since: NOON };
    const group = { key: "g", alerts, fresh: 2, places: 2 };
    const ctx = contextOf({ payloads: alerts, alarms: { flood, rows: [{ kind: "group", group }] } });
    const text = words(alertPane(ctx));
    for (const part of ["41 in 10 min, 1 rows", "3×", "2 places", "2 unacknowledged"]) expect(text).toContain(part);
  });

  it("of a group are taken together only after a second question, which says that it can't be undone", () => {
    const ui = open({ kind: "group", ids: ["a", "b"] });
    const payloads = [alert("a"), alert("b")];
    expect(words(dialog(contextOf({ payloads, ui })))).toContain("Acknowledge all 2");
    expect(words(dialog(contextOf({ payloads, ui, alarms: { confirming: "a b" } })))).toContain("cannot be undone");
    expect(words(dialog(contextOf({ payloads, ui, role: false })))).not.toContain("Acknowledge all");
  });

  it("say in the footer what changed since somebody looked, and nothing where it isn't known", () => {
    const counts = { alerts: 9, climbed: 3, silent: 0 };
    expect(words(foot(contextOf({ alarms: { since, counts } })))).toContain("Since 11:20: +9 alerts · 3 tickets up a rung T");
    expect(words(foot(contextOf({ alarms: { since, counts: { alerts: 0, climbed: 0, silent: 0 } } })))).toContain("nothing new");
    expect(words(foot(contextOf({})))).not.toContain("Since");
  });

  it.each([
    ["off", { sound: { on: false, day: 1, night: 1 } }],
    ["blocked", { blocked: true }],
    ["muted", { mute: { all: NOON + 300_000, critical: 0 } }],
    ["on", {}],
  ])("sound or don't, and the banner shows that: %s", (name, alarms) => {
    expect(drawn(banner(contextOf({ alarms }))).querySelector(".sound")?.getAttribute("data-sound")).toBe(name);
  });
});

describe("board", () => {
  const places = (count: number): TilePlace[] =>
    Array.from({ length: count }, (_, n) => ({
      ...{ kind: "number", monitor: `m${String(n)}`, panel: "p", title: `M${String(n)}`, text: null },
      ...{ col: 1 + (n % 2), row: 1 + Math.floor(n / 2) * Math.floor(120 / count), width: 1, height: Math.floor(120 / count) },
    }));

  it.each([
    [10, "tile at waiting"],
    [12, "tile at waiting low"],
  ])("draws every one of %i key figures in its place", (count, classes) => {
    const root = document.createElement("main");
    draw(contextOf({ tiles: places(count) }), root, document.createElement("dialog"));
    const drawnTiles = [...root.querySelectorAll<HTMLElement>(".grid > .tile")];
    expect(drawnTiles).toHaveLength(count);
    expect(drawnTiles[0]?.className.trim().replace(/ +/g, " ")).toBe(classes);
    expect(drawnTiles[3]?.style.getPropertyValue("--row")).toBe(String(1 + Math.floor(120 / count)));
  });
});
