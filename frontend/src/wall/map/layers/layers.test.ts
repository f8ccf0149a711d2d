// @vitest-environment happy-dom
import { render } from "lit-html";
import { afterEach, describe, expect, it, vi } from "vitest";

import { Messages } from "../../messages";
import { alert } from "../../samples";
import type { Context } from "../../view/context";
import { groundOf } from "../classes";
import { hazardsOf } from "../hazard";
import { keepChosen, readChosen } from "./chosen";
import { keyOf, readKey } from "./key";
import { writing } from "./picture";
import { LayerStore } from "./store";
import type { LayerInfo, Standing } from "./types";
import { addressOf, layerChooser, layerLegend, nameOf, placeParts, valueOf } from "./view";

const m = new Messages({ language: "vi", catalog: { Cameras: "Camera", Working: "Hoạt động", "No picture": "Mất hình", yes: "có", no: "không" } });

const CAMERAS: LayerInfo = {
  name: "public_safety.cameras",
  monitor: "public_safety",
  monitor_title: "An ninh",
  title: { msgid: "Cameras" },
  audience: "staff",
  geometry: "point",
  tiles: "/tiles/public_safety.cameras/{z}/{x}/{y}.pbf",
  objects: "/api/layers/public_safety.cameras/objects/",
  icon: '<path d="M1 1h2"/>',
  label: "camera",
  figure: "",
  looks: [
    { title: { msgid: "No picture" }, icon: '<path d="M2 2h2"/>', severity: "low" },
    { title: { msgid: "Working" }, icon: '<path d="M3 3h2"/>', severity: null },
  ],
  properties: [
    { name: "camera", title: "Camera", words: { c1: { vi: "Ngã sáu", en: "Six-way" } } },
    { name: "state", title: "state", words: { ok: "hoạt động" } },
    { name: "checked_at", title: "time", words: {} },
  ],
  address: "/api/cameras/{camera}/",
};

const one = (properties: Standing["properties"], change: Partial<Standing> = {}): Standing => ({
  lon: 108,
  lat: 12,
  look: 1,
  muted: false,
  properties,
  ...change,
});

const answers = (body: unknown, ok = true): void => {
  vi.stubGlobal("fetch", () => Promise.resolve({ ok, status: ok ? 200 : 500, json: () => Promise.resolve(body) }));
};

async function storeOf(infos: readonly LayerInfo[], board = "overview"): Promise<LayerStore> {
  answers(infos);
  const store = new LayerStore(board, () => undefined);
  await store.load();
  return store;
}

const drawn = (part: unknown): HTMLElement => {
  const host = document.body.appendChild(document.createElement("div"));
  render(part, host);
  return host;
};

const ctxOf = (layers: LayerStore): Context => ({ m, layers }) as unknown as Context;

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
  vi.unstubAllGlobals();
});

describe("a symbol's name", () => {
  it("says all that is drawn, and is read back", () => {
    const sign = { layer: "environment.stations", look: 2, count: "", muted: true, figure: "40.69" };
    expect(readKey(keyOf(sign))).toEqual(sign);
    expect(readKey("place|a.b|0|0|1|")).toEqual({ layer: "a.b", look: 0, muted: false, count: "", figure: "" });
    expect(readKey("hatch-high")).toBeNull();
  });

  it("is written the reader's way", () => {
    const sign = { layer: "a", look: 0, count: "", muted: false, figure: "40.69" };
    expect(writing(sign, "vi")).toBe("40,7");
    expect(writing({ ...sign, count: "1.2k" }, "vi")).toBe("×1,2k");
    expect(writing({ ...sign, count: "7" }, "vi")).toBe("×7");
    expect(writing({ ...sign, figure: "" }, "vi")).toBe("");
    expect(writing({ ...sign, figure: "open" }, "vi")).toBe("");
  });
});

describe("the layers of a screen", () => {
  it("are remembered by board", async () => {
    const store = await storeOf([CAMERAS]);
    store.toggle(CAMERAS.name);
    expect((await storeOf([CAMERAS])).shown()).toEqual([CAMERAS]);
    expect((await storeOf([CAMERAS], "health")).shown()).toEqual([]);
    store.toggle(CAMERAS.name);
    expect((await storeOf([CAMERAS])).shown()).toEqual([]);
  });

  it("are a monitor's own on its board, until somebody chooses", async () => {
    const store = await storeOf([CAMERAS], "public_safety");
    expect(store.shown()).toEqual([CAMERAS]);
    store.toggle(CAMERAS.name);
    expect((await storeOf([CAMERAS], "public_safety")).shown()).toEqual([]);
  });

  it("are those of the board whose turn it is", async () => {
    const store = await storeOf([CAMERAS]);
    store.turnTo("public_safety");
    expect(store.shown()).toEqual([CAMERAS]);
    store.turnTo("overview");
    expect(store.shown()).toEqual([]);
  });

  it("survive a storage that is full, forbidden or spoilt", () => {
    const storage = { getItem: (): string => "{not json", setItem: (): never => { throw new Error("full"); } };
    expect(readChosen("overview", storage)).toBeNull();
    expect(readChosen("overview", { getItem: () => "[1, \"a\"]" })).toEqual(new Set(["a"]));
    expect(() => { keepChosen("overview", new Set(["a"]), storage); }).not.toThrow();
  });

  it("leave out what the page draws itself, and what no longer exists", async () => {
    keepChosen("overview", new Set(["gone.layer", "alerts"]));
    const store = await storeOf([{ ...CAMERAS, name: "alerts" }, { ...CAMERAS, name: "units", geometry: "area" }, CAMERAS]);
    expect(store.infos).toEqual([CAMERAS]);
    expect(store.shown()).toEqual([]);
  });

  it("are none when the server doesn't answer", async () => {
    answers(null, false);
    const store = new LayerStore("overview", () => undefined);
    await store.load();
    expect(store.infos).toEqual([]);
  });
});

describe("the chooser and the legend", () => {
  it("offer every layer with a box and its name", async () => {
    const store = await storeOf([CAMERAS]);
    const ctx = ctxOf(store);
    expect(drawn(layerChooser(ctx)).querySelector("fieldset")).toBeNull();
    store.setOpen(true);
    const box = drawn(layerChooser(ctx)).querySelector<HTMLInputElement>("label input");
    expect(box?.checked).toBe(false);
    expect(box?.parentElement?.textContent).toContain("Camera");
    box?.click();
    expect(store.chosen.has(CAMERAS.name)).toBe(true);
  });

  it("explain the looks that are on the map, with shape and word, and no others", async () => {
    const store = await storeOf([CAMERAS], "public_safety");
    const legend = (): string => drawn(layerLegend(ctxOf(store))).textContent.replace(/\s+/g, " ");
    expect(legend()).toContain("none here");
    store.setPresent(new Map([[CAMERAS.name, new Set([0])]]));
    expect(legend()).toContain("Mất hình");
    expect(legend()).not.toContain("Hoạt động");
    expect(drawn(layerLegend(ctxOf(store))).querySelector(".glyph.low")).not.toBeNull();
  });

  it("take no room while nothing is chosen", async () => {
    expect(drawn(layerLegend(ctxOf(await storeOf([CAMERAS])))).textContent.trim()).toBe("");
  });
});

describe("what stands at a place", () => {
  it("has its name, its words and the address of its record", () => {
    const camera = one({ camera: "c1", state: "ok", checked_at: "2026-11-22T05:00:00Z" });
    expect(nameOf({ m }, CAMERAS, camera)).toBe("Ngã sáu");
    expect(addressOf(CAMERAS.address, camera.properties)).toBe("/api/cameras/c1/");
    expect(addressOf("/x/{a}/", { a: "b/c" })).toBe("/x/b%2Fc/");
    expect(addressOf("/x/{a}/", { a: null })).toBe("");
    expect(addressOf("", {})).toBe("");
  });

  it("is written as the province writes it", () => {
    const plain = { name: "x", title: "x", words: {} };
    expect(valueOf(m, plain, 1234.5)).toBe("1.234,50");
    expect(valueOf(m, plain, 12)).toBe("12");
    expect(valueOf(m, plain, true)).toBe("có");
    expect(valueOf(m, plain, "2026-11-22T05:00:00Z")).toContain("12:00");
    expect(valueOf(m, plain, "2026-11-22")).toBe("22/11/2026");
    expect(valueOf(m, plain, null)).toBe("");
  });

  it("is told when it has been read, one thing whole and many by name", async () => {
    const store = await storeOf([CAMERAS]);
    const parts = (): ReturnType<typeof placeParts> => placeParts(ctxOf(store), CAMERAS.name);
    expect(parts()).toBeNull();
    answers({ total: 1, objects: [one({ camera: "c1", state: "ok" })] });
    await store.ask(CAMERAS.name, "8-1-1");
    expect(parts()?.title).toBe("Ngã sáu");
    expect(drawn(parts()?.body).querySelector("a")?.getAttribute("href")).toBe("/api/cameras/c1/");
    answers({ total: 90, objects: [one({ camera: "c1" }), one({ camera: "c2" }, { look: 0, muted: true })] });
    await store.ask(CAMERAS.name, "8-1-1");
    expect(parts()?.title).toContain("90");
    expect(drawn(parts()?.body).querySelectorAll(".on-spot")).toHaveLength(2);
  });

  it("says so when it can't be read", async () => {
    const store = await storeOf([CAMERAS]);
    answers(null, false);
    await store.ask(CAMERAS.name, "8-1-1");
    expect(store.cell).toEqual({ status: "failed" });
  });
});

describe("the ground", () => {
  it("tells unknown from none", () => {
    const panel = { values: { a: 1, b: 9 } };
    expect(groundOf(panel, ["a", "c"]).get("c")).toBeNull();
    expect(groundOf({ ...panel, elsewhere: 0 }, ["a", "c"]).get("c")).toBe(1);
    expect([...groundOf(undefined, ["a"]).values()]).toEqual([1]);
  });

  it("is hatched where a critical or high alert stands, by the worst", () => {
    const at = (id: string, code: string, change: Parameters<typeof alert>[1]): ReturnType<typeof alert> =>
      alert(id, { unit: { code, name: code }, ...change });
    const found = hazardsOf([
      at("1", "a", { severity: "high" }),
      at("2", "a", { severity: "critical", state: "acknowledged" }),
      at("3", "b", { severity: "high" }),
      at("4", "c", { severity: "medium" }),
      at("5", "d", { severity: "critical", state: "cleared" }),
    ]);
    expect(found).toEqual({ critical: ["a"], high: ["b"] });
  });
});
