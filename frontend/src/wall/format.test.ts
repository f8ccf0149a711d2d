import { describe, expect, it } from "vitest";

import { ageOf, formatClock, formatInstant, formatMoment, formatNumber, formatWeekday, keyFigure, timeLeft } from "./format";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("numbers", () => {
  it("are written the Vietnamese way", () => {
    expect(formatNumber(1234.5, "vi")).toBe("1.234,5");
    expect(formatNumber(-6.19, "vi", 2)).toBe("−6,19");
    expect(formatNumber(95, "vi", 1)).toBe("95,0");
  });

  it("are written the English way", () => {
    expect(formatNumber(1234.5, "en")).toBe("1,234.5");
  });

  it.each([
    [148, 0, "148", null],
    [40.69, 2, "40,69", null],
    [9999, 0, "9.999", null],
    [140.69, 2, "140,7", null],
    [55807, 0, "55,8", "thousand"],
    [138779.1, 1, "138,8", "thousand"],
    [999_960, 0, "1.000", "thousand"],
    [4_450_000, 0, "4.450", "thousand"],
    [67_835_500, 0, "67,8", "million"],
    [-12_345, 0, "−12,3", "thousand"],
    [0, 0, "0", null],
  ])("keep a key figure within five characters: %d", (value, decimals, text, scale) => {
    expect(keyFigure(value, decimals, "vi")).toEqual({ text, scale });
  });
});

describe("instants", () => {
  it("are shown in the province's time, wherever the screen stands", () => {
    expect(formatInstant("2025-11-19T12:04:27Z", "vi")).toBe("19:04 19/11/2025");
    expect(formatClock(Date.parse("2025-11-19T17:00:00Z"), "vi")).toBe("00:00:00");
    expect(formatWeekday(Date.parse("2025-11-19T17:00:00Z"), "vi")).toBe("Thứ Năm");
    expect(formatWeekday(Date.parse("2025-11-19T17:00:00Z"), "en")).toBe("Thursday");
  });

  it("carry their day unless it is today", () => {
    const now = Date.parse("2025-11-19T12:00:00Z");
    expect(formatMoment("2025-11-19T11:23:00Z", now, "vi")).toBe("18:23");
    expect(formatMoment("2025-11-18T11:23:00Z", now, "vi")).toBe("18:23 18/11");
  });

  it("that are none stay as they were", () => {
    expect(formatInstant("soon", "vi")).toBe("soon");
  });
});

describe("ages", () => {
  it.each([
    [-5 * SECOND, "{n} s", { n: 0 }],
    [12 * SECOND, "{n} s", { n: 12 }],
    [4 * MINUTE + 59 * SECOND, "{n} min", { n: 4 }],
    [3 * HOUR + 12 * MINUTE, "{n} h {minutes}", { n: 3, minutes: "12" }],
    [3 * HOUR, "{n} h", { n: 3 }],
    [9 * HOUR + 40 * MINUTE, "{n} h", { n: 9 }],
    [47 * HOUR, "{n} h", { n: 47 }],
    [19 * DAY, "{n} d", { n: 19 }],
  ])("of %d ms", (ms, id, params) => {
    expect(ageOf(ms)).toEqual({ id, params });
  });
});

describe("time left", () => {
  it("is a clock below an hour, with a minus once it is over", () => {
    expect(timeLeft(4 * MINUTE + 10 * SECOND).clock).toBe("04:10");
    expect(timeLeft(-(6 * MINUTE + 20 * SECOND)).clock).toBe("−06:20");
  });

  it("is words above", () => {
    expect(timeLeft(2 * HOUR + 5 * MINUTE)).toMatchObject({ clock: null, span: { id: "{n} h {minutes}", params: { n: 2, minutes: "05" } } });
    expect(timeLeft(-(3 * DAY + 4 * HOUR))).toMatchObject({ negative: true, span: { id: "{n} d {hours} h", params: { n: 3, hours: 4 } } });
  });
});
