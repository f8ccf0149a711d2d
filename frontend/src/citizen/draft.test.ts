import { describe, expect, it } from "vitest";

import type { Shelf } from "../pages/store";
import { forgetDraft, loadDraft, saveDraft } from "./draft";
import { addMine, forgetMine, myReports } from "./mine";

const DAY = 24 * 3600 * 1000;

function shelf(): Shelf & Map<string, string> {
  const map = new Map<string, string>();
  return Object.assign(map, {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  });
}

const full: Shelf = {
  getItem: () => { throw new Error("forbidden"); },
  setItem: () => { throw new Error("full"); },
  removeItem: () => { throw new Error("forbidden"); },
};

describe("the draft of a report", () => {
  it("comes back with its key as it was left", () => {
    const place = shelf();
    saveDraft(place, { key: "k", description: "a hole", unit: "" }, 1000);
    expect(loadDraft(place, 2000)).toEqual({ at: 1000, values: { key: "k", description: "a hole", unit: "" } });
  });

  it("is gone after a week", () => {
    const place = shelf();
    saveDraft(place, { description: "a hole" }, 0);
    expect(loadDraft(place, 8 * DAY)).toBeNull();
    expect(place.size).toBe(0);
  });

  it("is not kept when nothing was said", () => {
    const place = shelf();
    saveDraft(place, { key: "k", inform: "anonymous", description: "  " }, 0);
    expect(place.size).toBe(0);
  });

  it("is forgotten on demand", () => {
    const place = shelf();
    saveDraft(place, { description: "a hole" }, 0);
    forgetDraft(place);
    expect(loadDraft(place, 1)).toBeNull();
  });

  it("asks nothing of a device that keeps nothing", () => {
    expect(saveDraft(full, { description: "a hole" }, 0)).toBe(false);
    expect(loadDraft(full, 0)).toBeNull();
    expect(loadDraft(null, 0)).toBeNull();
  });

  it("ignores what another program left there", () => {
    const place = shelf();
    place.set("ioc.report.draft", '{"at":"x"}');
    expect(loadDraft(place, 0)).toBeNull();
    place.set("ioc.report.draft", "no json");
    expect(loadDraft(place, 0)).toBeNull();
  });
});

describe("the reports sent from this device", () => {
  it("lists the newest first, each once, twenty at most", () => {
    const place = shelf();
    for (let n = 0; n < 25; n += 1) addMine(place, { code: String(n), title: "t" });
    addMine(place, { code: "20", title: "again" });
    const codes = myReports(place).map((one) => one.code);
    expect(codes).toHaveLength(20);
    expect(codes.slice(0, 2)).toEqual(["20", "24"]);
    forgetMine(place);
    expect(myReports(place)).toEqual([]);
  });
});
