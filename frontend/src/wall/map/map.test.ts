import type { LayerSpecification } from "maplibre-gl";
import { describe, expect, it, vi } from "vitest";

import { alert } from "../samples";
import { classOf, limits, roundUp, toneOf } from "./classes";
import { clustersOf } from "./cluster";
import { placeLabels, type Wish } from "./labels";
import { freeCorner } from "./locator";
import { drawGround } from "./paint";
import { readUnits } from "./units";

describe("classes of a choropleth", () => {
  it("have round limits", () => {
    expect([0.031, 0.9, 7.1, 41, 47, 101, 4321].map(roundUp)).toEqual([0.04, 0.9, 8, 50, 50, 150, 5000].map((x) => (x === 0.9 ? 1 : x)));
  });

  it("are five when the values differ enough, whatever a few large ones are", () => {
    const values = Array.from({ length: 100 }, (_, i) => i);
    values.push(5000);
    const bounds = limits(values);
    expect(bounds).toHaveLength(4);
    expect(classOf(0, bounds)).toBe(1);
    expect(classOf(5000, bounds)).toBe(5);
  });

  it("are fewer when there is little to tell apart", () => {
    expect(limits([0, 0, 1, 1, 1])).toEqual([1]);
    expect(limits([0, 0])).toEqual([]);
    expect(limits([])).toEqual([]);
  });

  it("keep whole limits for counts", () => {
    expect(limits([1, 2, 3, 4, 5, 6, 7, 8, 9]).every(Number.isInteger)).toBe(true);
  });

  it("tell shares near a hundred apart", () => {
    expect(limits([83.2, 91, 94.1, 95.3, 95.9, 96.4, 96.8, 97.2, 97.9, 98.4])).toEqual([95, 96, 97, 98]);
    expect(limits([94, 97, 98, 98, 99, 100, 100, 100])).toEqual([97, 98, 99, 100]);
    expect(limits([97.5, 97.5])).toEqual([]);
  });

  it("span the ramp even when they are few", () => {
    expect([1, 2].map((c) => toneOf(c, [1]))).toEqual([1, 5]);
    expect([1, 2, 3, 4, 5].map((c) => toneOf(c, [1, 2, 3, 4]))).toEqual([1, 2, 3, 4, 5]);
    expect(toneOf(1, [])).toBe(1);
  });
});

describe("clusters", () => {
  const spot = (id: string, x: number, y: number, change: Parameters<typeof alert>[1] = {}): { alert: ReturnType<typeof alert>; x: number; y: number } => ({
    alert: alert(id, change),
    x,
    y,
  });
  const fresh = (one: { state: string }): boolean => one.state === "active";

  it("hold every alert once, so that counts add up", () => {
    const spots = Array.from({ length: 200 }, (_, i) => spot(String(i), (i * 37) % 300, (i * 91) % 200));
    const clusters = clustersOf(spots, 40, fresh);
    expect(clusters.reduce((sum, cluster) => sum + cluster.alerts.length, 0)).toBe(200);
  });

  it("stand apart", () => {
    const spots = Array.from({ length: 200 }, (_, i) => spot(String(i), (i * 37) % 300, (i * 91) % 200));
    const clusters = clustersOf(spots, 40, fresh);
    for (const a of clusters) for (const b of clusters) if (a !== b) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(40);
  });

  it("show the worst and are fresh while nobody has one of them", () => {
    const [cluster] = clustersOf(
      [spot("a", 0, 0, { severity: "critical", state: "acknowledged" }), spot("b", 5, 5, { severity: "low" })],
      20,
      fresh,
    );
    expect(cluster).toMatchObject({ key: "a", worst: "critical", fresh: true });
    expect(clustersOf([spot("a", 0, 0, { state: "acknowledged" })], 20, fresh)[0]?.fresh).toBe(false);
  });
});

describe("names on the map", () => {
  const wish = (key: string, x: number, y: number, reach = 20): Wish => ({ key, text: "Krông Buk", busy: true, x, y, reach, size: 16 });
  const frame = { width: 400, height: 300 };

  it("stand above their marker, or elsewhere when that is taken", () => {
    const [first] = placeLabels([wish("a", 200, 150)], [], frame);
    expect(first?.y).toBeLessThan(150 - 20);
    const [second] = placeLabels([wish("a", 200, 150)], [{ x: 150, y: 100, width: 100, height: 30 }], frame);
    expect(second?.y).toBeGreaterThan(150 + 20);
  });

  it("never cover one another or leave the map", () => {
    const wishes = Array.from({ length: 60 }, (_, i) => wish(String(i), (i * 53) % 400, (i * 29) % 300, i % 2 === 0 ? 20 : 0));
    const labels = placeLabels(wishes, [], frame);
    const half = { x: ("Krông Buk".length * 16 * 0.56 + 8) / 2, y: 10 };
    for (const a of labels) {
      expect(a.x - half.x).toBeGreaterThanOrEqual(0);
      expect(a.x + half.x).toBeLessThanOrEqual(400);
      for (const b of labels) {
        const apart = Math.abs(a.x - b.x) >= 2 * half.x || Math.abs(a.y - b.y) >= 2 * half.y;
        expect(a === b || apart).toBe(true);
      }
    }
  });
});

describe("the locator", () => {
  it("goes where no unit is", () => {
    const frame = { width: 400, height: 300 };
    const box = { width: 100, height: 100 };
    expect(freeCorner([], frame, box)).toBe("right");
    expect(freeCorner([{ x: 390, y: 290 }], frame, box)).toBe("left");
    expect(freeCorner([{ x: 390, y: 290 }, { x: 10, y: 290 }], frame, box)).toBe("top-right");
  });
});

describe("the units' file", () => {
  const square = (x: number, y: number): number[][] => [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]];
  const unit = (code: string, x: number, y: number, more: object = {}): GeoJSON.Feature => ({
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [square(x, y)] },
    properties: { code, name: `Unit ${code}`, ...more },
  });

  it("gives each commune a place, and the province its bounds", () => {
    const units = readUnits({ type: "FeatureCollection", features: [unit("1", 0, 0), unit("2", 4, 2, { point: [4.2, 2.2] })] });
    expect(units.byCode.get("1")?.centre).toEqual([0.5, 0.5]);
    expect(units.byCode.get("2")?.centre).toEqual([4.2, 2.2]);
    expect(units.bounds).toEqual([0, 0, 5, 3]);
    expect(units.approximate).toBe(false);
  });

  it("leaves other levels out and says when boundaries are approximate", () => {
    const features = [unit("1", 0, 0, { approximate: true }), unit("p", 0, 0, { level: "province" })];
    const units = readUnits({ type: "FeatureCollection", features });
    expect([units.byCode.size, units.approximate]).toEqual([1, true]);
    expect(() => readUnits({ type: "FeatureCollection", features: [] })).toThrow();
  });

  it("names a few units for orientation, those it marks or else some far apart", () => {
    const many = Array.from({ length: 30 }, (_, i) => unit(String(i), i, 0));
    const chosen = readUnits({ type: "FeatureCollection", features: many });
    expect([...chosen.byCode.values()].filter((one) => one.anchor)).toHaveLength(7);
    const marked = readUnits({ type: "FeatureCollection", features: [...many, unit("m", 9, 9, { anchor: true })] });
    expect([...marked.byCode.values()].filter((one) => one.anchor).map((one) => one.code)).toEqual(["m"]);
  });
});

describe("the ground's layers", () => {
  it("are added once and then repainted, never taken away: tiles of the layer may be on their way", () => {
    const there = new Set<string>();
    const map = {
      getLayer: vi.fn((id: string) => there.has(id)),
      addLayer: vi.fn(({ id }: { id: string }) => there.add(id)),
      setPaintProperty: vi.fn(),
    };
    const layer = (colour: string): LayerSpecification => ({ id: "a", type: "line", source: "units", paint: { "line-color": colour, "line-width": 2 } });
    drawGround(map as never, layer("#111"));
    drawGround(map as never, layer("#eee"));
    expect(map.addLayer).toHaveBeenCalledTimes(1);
    expect(map.setPaintProperty.mock.calls).toEqual([
      ["a", "line-color", "#eee"],
      ["a", "line-width", 2],
    ]);
  });
});
