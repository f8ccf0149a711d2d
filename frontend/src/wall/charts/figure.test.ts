import { describe, expect, it } from "vitest";

import { plainMessages } from "../messages";
import { panel } from "../samples";
import type { Column, PanelTile, Row } from "../types";
import { figureOf, inTwoLines, type Look } from "./figure";
import { seriesOf } from "./series";
import { ticksOf } from "./ticks";

const m = plainMessages("vi");
const look: Look = {
  ...{ ink: "#fff", ink2: "#ccc", ink3: "#bbb", line: "#333", goal: "#999", font: "Text", figures: "Digits" },
  ...{ rem: 10, text: 16, width: 700, height: 300 },
};
const column = (key: string, change: Partial<Column> = {}): Column => ({ key, title: key, decimals: null, goal: false, ...change });
const chart = (columns: Column[], rows: Row[], target: number | null = null): PanelTile =>
  panel("course", { chart: "chart", columns, rows, figure: { ...panel("x").figure, target } });
const at = (hour: number): string => `2026-03-02T${String(hour).padStart(2, "0")}:00:00+07:00`;
const labels = (one: PanelTile): string[] =>
  (figureOf(one, m, look).layout.annotations as { text: string }[]).map(({ text }) => text);

describe("what a chart draws", () => {
  it("makes lines of instants and writes the last value at the end", () => {
    const one = chart([column("at"), column("rate", { decimals: 1 })], [{ at: at(1), rate: 96 }, { at: at(2), rate: 97.84 }], 95);
    const { data, layout } = figureOf(one, m, look);
    expect(data.map(({ mode, line }) => [mode, (line as { dash?: string } | undefined)?.dash])).toEqual([
      ["lines", "dash"],
      ["lines", undefined],
      ["markers", undefined],
    ]);
    expect(labels(one)).toEqual(["<b>97,8</b>", "target"]);
    expect(layout.separators).toBe(",.");
  });

  it("measures against its own goals where it has some, and says long names in the key instead", () => {
    const goals = [column("three", { title: "alarm III", goal: true }), column("plan", { title: "a twelfth of the plan", goal: true })];
    const one = chart([column("at"), column("height"), ...goals], [{ at: at(1), height: 1, three: 3, plan: 2 }], 9);
    expect(labels(one)).toEqual(["alarm III", "<b>1</b>"]);
  });

  it("leaves a gap where nothing is known", () => {
    const drawn = seriesOf(chart([column("at"), column("n")], [{ at: at(1), n: 5 }, { at: at(2), n: null }]), m);
    expect(drawn.kind === "lines" && drawn.own[0]?.values).toEqual([5, null]);
  });

  it("keeps labels apart that would stand on each other", () => {
    const one = chart([column("at"), column("a"), column("b"), column("c")], [
      { at: at(1), a: 0, b: 0, c: 100 },
      { at: at(2), a: 50, b: 50.1, c: 50.2 },
    ]);
    const notes = figureOf(one, m, look).layout.annotations as { yshift: number }[];
    expect(new Set(notes.map(({ yshift }) => Math.round(yshift))).size).toBe(3);
  });

  it("makes bars of names, without those of nought, in the order given", () => {
    const drawn = seriesOf(
      chart([column("agency"), column("overdue"), column("rate")], [
        { agency: { vi: "Sở A", en: "Department A" }, overdue: 148, rate: 97 },
        { agency: "B", overdue: 0, rate: 99 },
        { agency: "C", overdue: 3, rate: 80 },
      ]),
      m,
    );
    expect(drawn).toMatchObject({ kind: "bars", names: ["Sở A", "C"], own: { values: [148, 3] } });
  });

  it("draws the figure's own course where a panel has no rows, without a clock under it", () => {
    const one = panel("level", { figure: { ...panel("x").figure, trend: [1, 2, 4], target: 3 } });
    const { layout } = figureOf(one, m, look);
    expect((layout.xaxis as { showticklabels: boolean }).showticklabels).toBe(false);
    expect(labels(one)).toEqual(["<b>4</b>", "target"]);
  });
});

describe("a span that is not over", () => {
  const hours = (last: number | null): PanelTile =>
    chart([column("at"), column("n")], [{ at: at(8), n: 40 }, { at: at(9), n: 50 }, { at: at(10), n: last }]);
  const running = (last: number | null): PanelTile => ({ ...hours(last), figure: { ...hours(last).figure, running: true } });

  it("is dotted from the last whole one on, its point is open and its value says so", () => {
    const { data } = figureOf(running(6), m, look);
    expect(data.filter(({ mode }) => mode === "lines").map(({ y, line }) => [y, (line as { dash?: string }).dash])).toEqual([
      [[40, 50], undefined],
      [[50, 6], "dot"],
    ]);
    expect(data.at(-1)).toMatchObject({ mode: "markers", marker: { symbol: "circle-open" } });
    expect(labels(running(6))[0]).toContain("so far");
  });

  it("is drawn as any other once it is over, and while nothing is known of it", () => {
    for (const one of [hours(6), running(null)]) {
      const { data } = figureOf(one, m, look);
      expect(data.filter(({ mode }) => mode === "lines")).toHaveLength(1);
      expect(data.at(-1)).toMatchObject({ marker: { symbol: "circle" } });
      expect(labels(one).join(" ")).not.toContain("so far");
    }
  });
});

describe("a name beside a bar", () => {
  it.each([
    ["Sở A", 20, "Sở A"],
    ["Department of Education and Training", 20, "Department of<br>Education and Training"],
    ["Longwordwithoutaspace", 5, "Longwordwithoutaspace"],
  ])("%s in lines of %i letters", (name, letters, expected) => {
    expect(inTwoLines(name, letters)).toBe(expected);
  });
});

describe("ticks", () => {
  const days = (count: number): number[] => Array.from({ length: count }, (_, n) => Date.parse("2026-03-01T17:00:00Z") + n * 86_400_000);

  it.each([
    ["hours of a day", [0, 1, 2].map((n) => Date.parse(at(8 + n))), ["08:00", "09:00", "10:00"]],
    ["days of a month, the newest always", days(30), ["02/03", "12/03", "22/03", "31/03"]],
    ["months of years", [0, 120, 240].map((n) => days(241)[n] ?? 0), ["03/2026", "06/2026", "10/2026"]],
  ])("are %s in the province's time", (_name, instants, expected) => {
    const words = ticksOf(instants, 4).map(({ text }) => text);
    expect(words.at(-1)).toBe(expected.at(-1));
    expect(words.length).toBeLessThanOrEqual(4);
    expect(words.every((word) => /^(\d\d:00|\d\d\/\d\d|\d\d\/\d{4})$/.test(word))).toBe(true);
  });
});
