// @vitest-environment happy-dom
import { html, render, type TemplateResult } from "lit-html";
import { describe, expect, it } from "vitest";

import { Messages } from "../messages";
import { alert, minutes, NOON, snapshot, ticket } from "../samples";
import { alertList, ticketList, unacknowledged } from "../select";
import { initialState, reduce } from "../state";
import { shown } from "../view/banner";
import type { Context } from "../view/context";
import { areaOf, boxOf } from "./area";
import { halves, incidentBanner } from "./banner";
import { camerasPane, curvePane, slipsPane, storyPane } from "./panes";
import { incident } from "./sample";
import type { Incident, IncidentView } from "./types";

const m = new Messages({ language: "vi", catalog: { "Source lost": "Mất nguồn" } });

/** As much of a context as the incident's board asks for. */
function contextOf(view: Partial<IncidentView>, role = true): Context {
  const { state } = reduce(initialState, snapshot(1, [ticket("t1"), ticket("t2"), ticket("other")]), NOON);
  const alerts = alertList(state, NOON);
  const nothing = (): void => undefined;
  return {
    config: { realm: "live", boards: [{ slug: "rivers", title: "Rivers" }], user: { role: "operator" } },
    m,
    state,
    panels: state.panels,
    alerts,
    fresh: unacknowledged(alerts, NOON),
    tickets: ticketList(state, NOON),
    now: NOON,
    ui: { acknowledging: null, letters: true, rows: {}, taken: null, chosen: null },
    actions: { open: nothing, acknowledge: nothing },
    mayAcknowledge: role,
    incident: { status: "ready", id: "a", alert: null, ended: false, data: null, ...view },
  } as unknown as Context;
}

const known = (change: Partial<Incident> = {}): Partial<IncidentView> => {
  const data = incident("a", change);
  return { alert: data.alert, data };
};

function drawn(content: TemplateResult): HTMLElement {
  const host = document.createElement("div");
  render(html`${content}`, host);
  return host;
}

const words = (content: TemplateResult): string => drawn(content).textContent.replace(/\s+/g, " ").trim();

const bannerOf = (view: Partial<IncidentView>, role = true): HTMLElement => {
  const ctx = contextOf(view, role);
  return ctx.incident ? drawn(incidentBanner(ctx, ctx.incident)) : document.createElement("div");
};

describe("the banner of an incident", () => {
  const river = alert("a", { severity: "critical", title: "Trạm Cầu 40,69 m: trên BĐ III 6,19 m" });

  it("sets the figure apart from what is said of it", () => {
    expect(halves("Trạm Cầu 40,69 m: trên BĐ III 6,19 m")).toEqual(["Trạm Cầu 40,69 m", "trên BĐ III 6,19 m"]);
    expect(halves("No colon here")).toEqual(["No colon here", ""]);
    expect(halves("A title much longer than any figure: rest")[1]).toBe("");
  });

  it("says figure, severity, monitor, holder, age and number of tickets", () => {
    const text = bannerOf({ ...known(), alert: { ...river, state: "acknowledged", holder: { name: "Trần Thu Hà" } } }).textContent;
    for (const part of ["Trạm Cầu 40,69 m", "Trên BĐ III 6,19 m", "Critical", "Rivers", "Trần Thu Hà has it", "open for 10 min", "5 tickets"]) {
      expect(text).toContain(part);
    }
  });

  it("can be taken by who may, while nobody has it", () => {
    expect(bannerOf({ alert: river }).querySelector(".btn.main")).not.toBeNull();
    expect(bannerOf({ alert: river }, false).querySelector(".btn.main")).toBeNull();
    expect(bannerOf({ alert: { ...river, state: "acknowledged" } }).querySelector(".btn.main")).toBeNull();
  });

  it("says that it has ended, and is an outline then", () => {
    const data = incident("a");
    const over = { ...data, alert: { ...data.alert, ended_at: minutes(-30) } };
    const host = bannerOf({ alert: river, data: over, ended: true });
    expect(host.textContent).toContain("Ended at 11:30");
    expect(host.querySelector(".glyph.held")).not.toBeNull();
    expect(host.querySelector(".btn.main")).toBeNull();
  });

  it("is calm when nothing is open, and when the alert isn't there for the reader", () => {
    expect(bannerOf({ status: "none", id: null }).textContent).toContain("No alert is open");
    const missing = bannerOf({ status: "missing" });
    expect(missing.textContent).toContain("not yours to see");
    expect(missing.querySelector("a")?.getAttribute("href")).toBe("/wall/incident/");
  });

  it("is what the keys act on: never an alert that isn't on the screen", () => {
    const ctx = contextOf({ alert: { ...river, state: "acknowledged" } });
    expect(shown({ ...ctx, fresh: [alert("other")] })).toMatchObject({ alert: { id: "a" }, taken: true });
    expect(shown({ ...contextOf({}), fresh: [alert("other")] })).toBeNull();
  });
});

describe("the tiles of an incident", () => {
  it("tell the change, since when the level is passed, and the curve in words", () => {
    const host = drawn(curvePane(contextOf(known())));
    expect(host.textContent.replace(/\s+/g, " ")).toContain("In 1 h +0,09 m");
    expect(host.textContent.replace(/\s+/g, " ")).toContain("Alarm III since 11:00");
    expect(host.querySelector("[role=img]")?.getAttribute("aria-label")).toContain("12:00 40,69 m, Alarm I 29,5");
  });

  it("show the records of a rule without a curve", () => {
    const records = { columns: ["Station", "Time"], rows: [["An", minutes(0)]], total: 7 };
    const text = words(curvePane(contextOf(known({ curve: null, records }))));
    expect(text).toContain("Station");
    expect(text).toContain("12:00");
    expect(text).toContain("7 records");
  });

  it("tell the story newest first, and how much of it is shown", () => {
    const host = drawn(storyPane(contextOf(known())));
    expect([...host.querySelectorAll("li b")].map((one) => one.textContent)).toEqual(["Went up to: Head", "Alert raised"]);
    expect(host.textContent).toContain("2 of 9");
  });

  it("show the incident's own tickets on their ladder, and count what is done", () => {
    const host = drawn(slipsPane(contextOf(known())));
    expect([...host.querySelectorAll(".ticket")].map((one) => one.getAttribute("data-id"))).toEqual(["t1", "t2"]);
    expect(host.textContent).toContain("5 · 1 overdue · 3 done");
  });

  it("show a picture only where there is one to look at, and a lost camera as lost", () => {
    const host = drawn(camerasPane(contextOf(known())));
    const cams = [...host.querySelectorAll(".cam")];
    expect(host.querySelectorAll("img")).toHaveLength(1);
    expect(cams[0]?.textContent).toContain("picture 1 min");
    expect(cams[1]?.textContent).toContain("shows a picture");
    expect(cams[2]?.classList.contains("off")).toBe(true);
    expect(cams[2]?.textContent).toContain("Mất nguồn");
  });

  it("lead to the other alerts of the same place and time", () => {
    const others = { total: 7, members: [{ id: "b", text: "Road under water", severity: "high" as const, state: "active" }] };
    const host = drawn(slipsPane(contextOf(known({ together: others }))));
    expect(host.querySelector(".members")?.textContent).toContain("7 alerts of this place and time");
    expect(host.querySelector(".members a")?.getAttribute("href")).toBe("/wall/incident/?alert=b");
    expect(drawn(slipsPane(contextOf(known()))).querySelector(".members")).toBeNull();
  });

  it("invent nothing where nothing is known", () => {
    for (const pane of [curvePane, storyPane, slipsPane, camerasPane]) {
      const host = drawn(pane(contextOf({ status: "none", id: null })));
      expect(host.textContent).toContain("No alert is open");
      expect(host.textContent).not.toMatch(/\d/);
    }
    expect(words(camerasPane(contextOf(known({ cameras: [] }))))).toContain("No camera near");
  });
});

describe("the area of an incident", () => {
  const square = (code: string, x: number) => ({
    type: "Feature" as const,
    properties: { code, name: code },
    geometry: { type: "Polygon" as const, coordinates: [[[x, 0], [x + 1, 0], [x + 1, 2], [x, 0]]] },
  });
  const units = { collection: { type: "FeatureCollection", features: [square("1", 0), square("2", 5), square("3", 9)] } };

  it("is the box around its communes", () => {
    expect(boxOf(units as never, ["1", "2"])).toEqual([0, 0, 6, 2]);
    expect(boxOf(units as never, ["nowhere"])).toBeNull();
  });

  it("has the severity of the alert, and is none without communes", () => {
    expect(areaOf(contextOf(known()).incident)).toEqual({ codes: ["99001", "99002"], severity: "critical" });
    expect(areaOf(contextOf(known({ units: [] })).incident)).toBeNull();
    expect(areaOf(null)).toBeNull();
  });
});
