import { describe, expect, it } from "vitest";

import { NOON } from "../samples";
import { BEGINS, ENDS, floodOf, WINDOW } from "./flood";

const minute = 60_000;
const burst = (count: number, at: number, apart = 1000): number[] => Array.from({ length: count }, (_, i) => at + i * apart);

/** Random numbers that are the same in each run. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ; ) {
    x = (x * 1_103_515_245 + 12_345) % 2 ** 31;
    yield x / 2 ** 31;
  }
}

function* stories(): Generator<number[]> {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = numbers(seed);
    const next = (): number => random.next().value as number;
    yield Array.from({ length: Math.floor(60 * next()) }, () => NOON + Math.floor(60 * minute * next()));
  }
}

describe("a flood", () => {
  it("begins above ten alerts in ten minutes (EEMUA 191)", () => {
    expect(floodOf(burst(10, NOON), NOON + minute)).toEqual({ on: false, recent: 10, since: null });
    expect(floodOf(burst(11, NOON), NOON + minute)).toEqual({ on: true, recent: 11, since: NOON + 10_000 });
  });

  it("lasts while five or more came, and ends below five", () => {
    const arrivals = [...burst(11, NOON), ...burst(5, NOON + 9 * minute)];
    expect(floodOf(arrivals, NOON + 18 * minute)).toMatchObject({ on: true, recent: 5 });
    expect(floodOf(arrivals, NOON + 19 * minute)).toMatchObject({ on: false, recent: 4, since: null });
  });

  it("is not one when as many come slowly", () => {
    expect(floodOf(burst(100, NOON, minute), NOON + 99 * minute)).toMatchObject({ on: false, recent: 10 });
  });

  it("says the same in whatever order the arrivals are known, and doesn't know what is to come", () => {
    for (const story of stories()) {
      const at = NOON + 30 * minute;
      expect(floodOf([...story].reverse(), at)).toEqual(floodOf(story, at));
      expect(floodOf([...story, at + 1, at + 2], at)).toEqual(floodOf(story, at));
    }
  });

  it("is on above its upper limit, off below its lower one, and between them what it was", () => {
    for (const story of stories()) {
      let was = false;
      for (let at = NOON; at < NOON + 80 * minute; at += 20_000) {
        const { on, recent, since } = floodOf(story, at);
        expect(recent).toBe(story.filter((one) => one <= at && one > at - WINDOW).length);
        if (recent > BEGINS) expect(on).toBe(true);
        if (recent < ENDS) expect(on).toBe(false);
        if (on && !was && since !== null) expect(since).toBeGreaterThan(at - 20_000);
        was = on;
      }
    }
  });
});
