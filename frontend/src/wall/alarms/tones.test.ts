import { describe, expect, it } from "vitest";

import { SEVERITIES } from "../types";
import { REPEAT } from "./ring";
import { lasting, pulses } from "./tones";

describe("the tones", () => {
  it("differ by how many pulses they have and by pitch, the worse the more and the higher", () => {
    const counts = SEVERITIES.map((severity) => pulses(severity).length);
    const highest = SEVERITIES.map((severity) => Math.max(0, ...pulses(severity).map((pulse) => pulse.hertz)));
    expect(counts).toEqual([5, 3, 2, 1, 0]);
    expect(highest).toEqual([...highest].sort((a, b) => b - a));
    expect(new Set(highest).size).toBe(5);
  });

  it("are pulses one after another, over well before a critical one repeats", () => {
    for (const severity of SEVERITIES) {
      const tone = pulses(severity);
      for (const [i, pulse] of tone.entries()) expect(pulse.at).toBeGreaterThanOrEqual(i === 0 ? 0 : (tone[i - 1]?.at ?? 0) + (tone[i - 1]?.seconds ?? 0));
      expect(1000 * lasting(severity)).toBeLessThan(REPEAT / 2);
    }
  });
});
