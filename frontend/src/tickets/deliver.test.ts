import { describe, expect, it } from "vitest";

import { percentSent } from "./deliver";

describe("how much of a workbook has been sent", () => {
  it("is told in whole per cent, and never says done too early", () => {
    expect(percentSent({ lengthComputable: true, loaded: 0, total: 300 })).toBe(0);
    expect(percentSent({ lengthComputable: true, loaded: 299, total: 300 })).toBe(99);
    expect(percentSent({ lengthComputable: true, loaded: 300, total: 300 })).toBe(100);
  });

  it("is nothing while the length is not known", () => {
    expect(percentSent({ lengthComputable: false, loaded: 5, total: 0 })).toBe(0);
    expect(percentSent({ lengthComputable: true, loaded: 0, total: 0 })).toBe(0);
  });
});
