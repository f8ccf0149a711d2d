import { describe, expect, it } from "vitest";

import { Messages } from "../messages";
import { minutes, NOON } from "../samples";
import { curveFigure, type CurveLook } from "./curveFigure";
import { incident } from "./sample";
import { roundTicks } from "./ticks";
import type { Curve } from "./types";

const m = new Messages({ language: "vi", catalog: { "now {time}": "bây giờ {time}" } });
const LOOK: CurveLook = {
  ...{ ink: "ink", ink2: "ink-2", ink3: "ink-3", line: "line", goal: "goal", accent: "accent", surface: "surface" },
  ...{ strong: "strong", edge: "edge", word: "word", font: "text", figures: "figures" },
  ...{ severity: "critical", rem: 10, text: 16, width: 1000, height: 400 },
};

interface Shape {
  y0: number;
  x0: number;
  line: { color: string; dash?: string };
}
interface Layout {
  shapes: Shape[];
  annotations: { text: string; font: { color: string } }[];
  xaxis: { range: [number, number] };
  yaxis: { range: [number, number] };
}

const river = incident("a").curve as Curve;
const layoutOf = (curve: Curve, now = NOON): Layout => curveFigure(curve, now, m, LOOK).layout as unknown as Layout;
const texts = (layout: Layout): string[] => layout.annotations.map(({ text }) => text);

describe("the curve of an incident", () => {
  it("writes the last value, how far it is above the level, and the level's name and height", () => {
    expect(texts(layoutOf(river))).toEqual(
      expect.arrayContaining(["<b>40,69</b>", "<b>+6,19 m</b>", "<b>Alarm III 34,5</b>", "<b>Alarm I 29,5</b>", "<b>bây giờ 12:00</b>"]),
    );
  });

  it("draws levels dashed, the one that is reached in its severity, now in the accent", () => {
    const { shapes } = layoutOf(river);
    expect(shapes.find(({ y0 }) => y0 === 29.5)?.line).toMatchObject({ color: "strong", dash: "dash" });
    expect(shapes.find(({ y0 }) => y0 === 34.5)?.line).toEqual({ color: "edge", width: 2.5 });
    expect(shapes.find(({ x0 }) => x0 === NOON)?.line.color).toBe("accent");
  });

  it("shows the next level above, and none beyond it", () => {
    const lines = [10, 20, 30, 900].map((value) => ({ title: `L${value}`, value, severity: null }));
    const points = [
      { at: minutes(-60), value: 8 },
      { at: minutes(0), value: 15 },
    ];
    const said = texts(layoutOf({ ...river, points, lines, above: lines[0] ? { ...lines[0], since: null } : null })).join();
    expect(said).toContain("L20");
    expect(said).not.toContain("L900");
    expect(said).not.toContain("L30");
  });

  it("ends with its values when the incident ended long ago: there is no now", () => {
    const layout = layoutOf(river, NOON + 48 * 3_600_000);
    expect(texts(layout).join()).not.toContain("bây giờ");
    expect(layout.xaxis.range[1]).toBeLessThan(NOON + 7 * 3_600_000);
  });

  it("draws nothing where nothing is known, and needs no level", () => {
    const layout = layoutOf({ ...river, points: [{ at: minutes(0), value: null }], lines: [], above: null });
    expect(layout.yaxis.range.every(Number.isFinite)).toBe(true);
  });
});

describe("round instants", () => {
  it("stand on the province's hours and days", () => {
    const from = Date.parse("2025-11-19T07:12:00+07:00");
    const hours = roundTicks(from, from + 12 * 3_600_000, 5, "vi").map(({ text }) => text);
    expect(hours).toEqual(["09:00", "12:00", "15:00", "18:00"]);
    const days = roundTicks(from, from + 6 * 86_400_000, 4, "vi").map(({ at }) => new Date(at).toISOString().slice(11, 16));
    expect(new Set(days)).toEqual(new Set(["17:00"]));
  });
});
