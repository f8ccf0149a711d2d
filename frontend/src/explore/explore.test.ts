import { describe, expect, it } from "vitest";

import { domainOf, groupsOf } from "./figure";
import { fits, fold } from "./fold";
import { wrap } from "./mapPicture";
import type { Series } from "./types";

describe("what is typed", () => {
  it("is compared without accents and apostrophes, as the server does", () => {
    expect(["Thu ngân sách", "ĐƯỜNG bộ", "Krông", "H'Hen", "ƀuôn", "kinh tế - xã hội"].map(fold)).toEqual([
      "thu ngan sach",
      "duong bo",
      "krong",
      "hhen",
      "buon",
      "kinh te xa hoi",
    ]);
  });

  it("fits when each of its words begins one, in any order", () => {
    expect(fits("thu ngan sach nha nuoc", "Sách thu")).toBe(true);
    expect(fits("thu ngan sach nha nuoc", "sách chi")).toBe(false);
    expect(fits("thu ngan sach", "")).toBe(true);
    expect(fits("tong thu", "ong")).toBe(false);
  });
});

describe("a chart", () => {
  const series = (name: string, measure: string): Series => ({ name, measure, values: [1], texts: ["1"] });

  it("gives each unit of measurement a part of its own, from the top", () => {
    const groups = groupsOf([series("a", "%"), series("b", "tỷ đồng"), series("c", "%")]);
    expect(groups.map(({ measure, series: found }) => [measure, found.map(({ name }) => name)])).toEqual([
      ["%", ["a", "c"]],
      ["tỷ đồng", ["b"]],
    ]);
    expect(domainOf(0, 1)).toEqual([0, 1]);
    const [upper, lower] = [domainOf(0, 2), domainOf(1, 2)];
    expect(upper[1]).toBe(1);
    expect(lower[0]).toBeCloseTo(0);
    expect(upper[0]).toBeGreaterThan(lower[1]);
  });
});

describe("lettering of a picture", () => {
  it("breaks where words end and loses none", () => {
    const lines = wrap("một hai ba bốn năm", 8, (text) => text.length);
    expect(lines).toEqual(["một hai", "ba bốn", "năm"]);
  });
});
