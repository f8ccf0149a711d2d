import { describe, expect, it } from "vitest";

import { NOON } from "../samples";
import { isMuted, LOUD, muteFor, standing } from "./mute";

const minute = 60_000;

describe("a mute", () => {
  it("ends by itself, for critical alerts after a quarter of an hour", () => {
    const mute = muteFor(60, NOON);
    expect([isMuted(mute, "high", NOON + 59 * minute), isMuted(mute, "high", NOON + 60 * minute)]).toEqual([true, false]);
    expect([isMuted(mute, "critical", NOON + 14 * minute), isMuted(mute, "critical", NOON + 15 * minute)]).toEqual([true, false]);
  });

  it("is never longer than an hour, whoever asks and whatever a browser kept", () => {
    expect(muteFor(100_000, NOON)).toEqual(muteFor(60, NOON));
    expect(standing({ all: Infinity, critical: Infinity }, NOON)).toEqual(muteFor(60, NOON));
  });

  it("is shortened when the server's clock is set back", () => {
    expect(standing(muteFor(5, NOON), NOON - 24 * 60 * minute).all).toBe(NOON - 23 * 60 * minute);
  });

  it("that is over is none", () => {
    expect(standing(muteFor(5, NOON), NOON + 5 * minute)).toEqual(LOUD);
  });
});
