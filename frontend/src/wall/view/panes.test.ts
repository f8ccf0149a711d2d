// @vitest-environment happy-dom
import { html, render, type TemplateResult } from "lit-html";
import { describe, expect, it } from "vitest";

import { plainMessages } from "../messages";
import { minutes, NOON, panel, snapshot } from "../samples";
import { initialState, reduce } from "../state";
import type { Column, PanelTile, Row, TilePlace } from "../types";
import { chartBody } from "./chart";
import type { Context } from "./context";
import { listBody } from "./list";
import { type Body, panelPane } from "./panelPane";
import { tableBody } from "./table";
import { videoBody } from "./video";
import { when } from "./when";

const column = (key: string, change: Partial<Column> = {}): Column => ({ key, title: key, decimals: null, goal: false, ...change });
const place: TilePlace = {
  ...{ kind: "list", monitor: "rivers", panel: "level", title: "Rivers", text: null },
  ...{ col: 1, row: 1, width: 1, height: 1 },
};

/** What a pane needs of the screen. */
function contextOf(tile: PanelTile | null, rows = 3): Context {
  const state = reduce(initialState, snapshot(1, tile ? [tile] : []), NOON).state;
  const part = { m: plainMessages("vi"), state, panels: state.panels, now: NOON, ui: { rows: { "rivers/level": rows } } };
  return { ...part, actions: { open: () => undefined } } as unknown as Context;
}

function drawn(template: TemplateResult): HTMLElement {
  const host = document.createElement("div");
  render(html`${template}`, host);
  return host;
}

const words = (host: Element | undefined): string => (host?.textContent ?? "").replace(/\s+/g, " ").trim();
const pane = (tile: PanelTile | null, body: Body = listBody, rows = 3): HTMLElement => drawn(panelPane(contextOf(tile, rows), place, body));

describe("a panel's pane", () => {
  it("says what it counts, its goal and how old it is, and opens its why", () => {
    const host = pane(panel("level", { figure: { ...panel("x").figure, value: 12.5, decimals: 1, unit: "m", target: 9 } }));
    expect(words(host)).toContain("12,5 m · target 9 · 1 min");
    expect(host.querySelector("button.why")?.getAttribute("aria-haspopup")).toBe("dialog");
  });

  it("fades past its limit and raises no alarm then", () => {
    const host = pane(panel("level", { severity: "high", figure: { ...panel("x").figure, as_of: minutes(-30) } }));
    expect(host.querySelector(".panel")?.className).toContain("stale");
    expect(host.querySelector("[data-sev]")).toBeNull();
    expect(words(host)).toContain("Old figure");
  });

  it("shows no rows of a source that is lost, but what it said last", () => {
    const lost = panel("level", { silent_since: minutes(-40), last: { value: 7, at: minutes(-60) }, rows: [{ title: "old" }] });
    expect(words(pane(lost))).toContain("Source lost last figure: 7 at 11:00");
    expect(words(pane(lost))).not.toContain("old");
  });

  it("says so when nothing has come yet, or when nothing can be said of what came", () => {
    expect(words(pane(null))).toContain("no data yet");
    const empty = panel("level", { figure: { ...panel("x").figure, value: null, as_of: minutes(-5) } });
    expect(words(pane(empty))).toContain("no figure from what came at 11:55");
  });
});

describe("a list", () => {
  const rows: Row[] = [
    { title: "outbreak", place: { vi: "Xã A", en: "A" }, state: "open", at: minutes(-10), open: true, severity: "high" },
    { title: "calm", state: "closed", at: "2026-03-01", open: false, severity: "high" },
    { title: "third" },
  ];

  it("marks what needs somebody by shape and word, and nothing else", () => {
    const host = pane(panel("level", { chart: "list", rows }));
    const items = [...host.querySelectorAll(".thing")];
    expect(items.map((item) => item.querySelector(".glyph")?.classList[1])).toEqual(["high", "normal", "normal"]);
    expect(words(items[0])).toBe("High: Outbreak 11:50 Xã A · open");
    expect(words(items[1])).toContain("01/03");
  });

  it("shows whole rows only and says how many there are", () => {
    const host = pane(panel("level", { chart: "list", rows }), listBody, 2);
    expect(host.querySelectorAll(".thing")).toHaveLength(2);
    expect(words(host)).toContain("2 of 3");
  });
});

describe("a table", () => {
  const columns = [column("agency", { title: "Agency" }), column("rate", { decimals: 1 }), column("state"), column("due")];
  const rows: Row[] = [
    { agency: "A", rate: 97, state: "late", open: true, severity: "medium", due: minutes(30) },
    { agency: "B", rate: null, state: "open", open: false, severity: "info", due: null },
  ];

  it("has a head for each column and for each row, numbers in the reader's way and a dash for what is not known", () => {
    const host = pane(panel("level", { chart: "table", columns, rows }), tableBody);
    expect([...host.querySelectorAll("thead th")].map(words)).toEqual(["Agency", "rate", "state", "due"]);
    const cells = [...host.querySelectorAll("tbody tr")].map((row) => [...row.children].map(words));
    expect(cells).toEqual([
      ["A", "97,0", "Medium: late", "12:30"],
      ["B", "–", "open", "–"],
    ]);
    expect(host.querySelectorAll("tbody th[scope=row]")).toHaveLength(2);
  });

  it("is a list where a panel names no columns", () => {
    expect(pane(panel("level", { chart: "table", rows: [{ title: "one" }] }), tableBody).querySelector(".things")).not.toBeNull();
  });
});

describe("a chart", () => {
  it("says to whoever does not see it what its lines end with, and names more than one", () => {
    const columns = [column("at"), column("all"), column("abroad"), column("plan", { title: "a long name", goal: true })];
    const host = pane(panel("level", { columns, rows: [{ at: minutes(0), all: 911, abroad: 68, plan: 900 }] }), chartBody);
    expect(host.querySelector(".plot")?.getAttribute("aria-label")).toBe("level, all 911, abroad 68, a long name 900");
    expect([...host.querySelectorAll(".key span")].map(words)).toEqual(["all", "abroad", "a long name"]);
  });
});

describe("cameras", () => {
  const camera = (name: string, change: Row): Row => ({ title: name, state: "fine", at: minutes(-9), taken_at: minutes(-2), open: false, ...change });

  it("show the latest picture with its age, and a plug first where one is lost", () => {
    const rows = [camera("bridge", { picture: "/bridge.jpg" }), camera("market", { open: true, severity: "low", taken_at: null })];
    const host = pane(panel("level", { chart: "video", rows }), videoBody);
    const items = [...host.querySelectorAll(".camera")];
    expect(words(items[0])).toContain("Source lost market fine · 9 min");
    expect(items[1]?.querySelector("img")?.getAttribute("src")).toBe("/bridge.jpg");
    expect(words(items[1])).toContain("2 min");
  });

  it("are a list while there are no pictures", () => {
    expect(pane(panel("level", { rows: [camera("bridge", { picture: null })] }), videoBody).querySelector(".things")).not.toBeNull();
  });
});

describe("when", () => {
  it.each([
    ["2026-03-02T11:50:00+07:00", "11:50"],
    ["2026-03-01T22:05:00+07:00", "22:05 01/03"],
    ["2026-03-05T00:00:00+07:00", "05/03"],
    ["2026-02-14", "14/02"],
    ["2025-12-31", "31/12/2025"],
  ])("%s is %s", (iso, expected) => {
    expect(when(iso, NOON, "vi")).toBe(expected);
  });
});
