import "maplibre-gl/dist/maplibre-gl.css";

import { html, render, type TemplateResult } from "lit-html";
import type { DirectiveResult } from "lit-html/directive.js";
import { repeat } from "lit-html/directives/repeat.js";
import { styleMap } from "lit-html/directives/style-map.js";
import { type LngLat, Map as GlMap, type PaddingOptions, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { AREA, type Area, areaKey, areaLayer, areaOf, boxOf } from "../incident/area";
import type { Messages } from "../messages";
import { isUnacknowledged } from "../state";
import { SEVERITY_WORD } from "../strings";
import type { AlertTile } from "../types";
import type { Context } from "../view/context";
import { haloed } from "../view/glyphs";
import { mapPanel } from "../view/mapPane";
import { groundOf } from "./classes";
import { type Cluster, clustersOf, type Spot } from "./cluster";
import { type Box, type Label, placeLabels, type Wish } from "./labels";
import { type Hazard, HAZARDS, hazardsOf } from "./hazard";
import { LayersOnMap } from "./layers/onMap";
import { freeCorner, locator } from "./locator";
import { css, drawGround, hatches, hazardLayers, layers, NO_DATA, only, scale } from "./paint";
import { readUnits, type Units } from "./units";

setWorkerUrl(workerUrl);

/** Distance in tenths of a rem within which alerts share a marker, and half a marker's size. */
const RADIUS = 60;
const REACH = 29;

/** Around the province, in tenths of a rem; the choices stand over the top of a wide map, as high as this. */
const MARGIN = 14;
const CHOICES = 42;
const WIDE = 560;

/** The province shall not lie below what stands over the map. */
function padding(container: HTMLElement): PaddingOptions {
  const around = MARGIN * scale();
  const top = container.clientWidth >= WIDE * scale() ? around + CHOICES * scale() : around;
  return { top, bottom: around, left: around, right: around };
}

const within = (box: Box, { x, y }: { x: number; y: number }): boolean =>
  x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;

/** The map of the communes: coloured by a panel, with markers of the open alerts. Loaded after the tiles. */
export class WallMap {
  private readonly map: GlMap;
  private readonly units: Units;
  private readonly overlay: HTMLElement;
  private readonly inset: HTMLElement;
  private ctx: Context | null = null;
  private ready = false;
  private painted = "";
  private hazards: Record<Hazard, string[]> = { critical: [], high: [] };
  private unknown: string[] = [];
  private places: LayersOnMap | null = null;
  /** Where the map stood when its markers were placed, and where its middle was on the screen. */
  private marked: { centre: LngLat; zoom: number; x: number; y: number } | null = null;
  private area: Area | null = null;

  private constructor(container: HTMLElement, units: Units, m: Messages) {
    this.units = units;
    this.map = new GlMap({
      container,
      style: { version: 8, sources: {}, layers: [], transition: { duration: 0, delay: 0 } },
      bounds: units.bounds,
      fitBoundsOptions: { padding: padding(container) },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      fadeDuration: 0,
      maxPitch: 0,
      // A replay can be taken along as a picture: what was drawn must still be there then.
      canvasContextAttributes: { preserveDrawingBuffer: document.documentElement.classList.contains("replay") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.overlay = document.createElement("div");
    this.overlay.className = "overlay";
    this.inset = document.createElement("div");
    this.inset.className = "inset";
    render(locator(units, m.t("The province in Viet Nam, with Hoàng Sa and Trường Sa")), this.inset);
    container.append(this.inset, this.overlay);
    this.map.getCanvas().setAttribute("aria-label", m.t("Map of open alerts"));
    this.map.on("load", () => {
      this.map.addSource("units", { type: "geojson", data: units.collection, promoteId: "code", tolerance: 0.2 });
      this.ready = true;
      this.placeInset();
      this.restyle();
      this.colour();
      if (this.ctx) this.showPlaces(this.ctx);
      this.turnTo(areaOf(this.ctx?.incident));
    });
    this.map.on("move", () => {
      this.follow();
    });
    this.map.on("moveend", () => {
      this.mark();
    });
    this.map.on("resize", () => {
      this.zoom("whole");
    });
  }

  /** Fetches the units and draws them. Rejects when the file can't be read or the screen has no WebGL. */
  static async create(container: HTMLElement, unitsUrl: string, m: Messages): Promise<WallMap> {
    const response = await fetch(unitsUrl, { credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } });
    if (!response.ok) throw new Error(`units: HTTP ${response.status}`);
    return new WallMap(container, readUnits((await response.json()) as Parameters<typeof readUnits>[0]), m);
  }

  get facts(): { count: number; approximate: boolean } {
    return { count: this.units.byCode.size, approximate: this.units.approximate };
  }

  /** Follows the state: colours and markers. */
  update(ctx: Context): void {
    this.ctx = ctx;
    this.colour();
    this.endanger(ctx);
    if (this.ready) this.showPlaces(ctx);
    this.turnTo(areaOf(ctx.incident));
    this.mark();
  }

  /** How many of these alerts have no place on the map. */
  unplaced(alerts: readonly AlertTile[]): number {
    return alerts.filter((alert) => this.placeOf(alert) === null).length;
  }

  zoom(how: "in" | "out" | "whole"): void {
    if (how === "in") this.map.zoomIn();
    else if (how === "out") this.map.zoomOut();
    else this.map.fitBounds(this.home(), { padding: padding(this.map.getContainer()), animate: false });
    if (how !== "whole") return;
    this.placeInset();
    this.mark();
  }

  /** Draws the layers anew in the colours and sizes of now. */
  restyle(): void {
    if (!this.ready) return;
    for (const [name, image] of hatches()) {
      if (this.map.hasImage(name)) this.map.removeImage(name);
      this.map.addImage(name, image, { pixelRatio: devicePixelRatio });
    }
    for (const layer of layers(this.hazards, this.unknown)) drawGround(this.map, layer);
    this.places?.restyle();
    this.drawArea();
    this.mark();
  }

  /** The chosen layers, above the ground. */
  private showPlaces(ctx: Context): void {
    this.places ??= new LayersOnMap(this.map, ctx.layers, (picked) => {
      ctx.actions.open({ kind: "place", ...picked });
    });
    this.places.sync(ctx.m.language);
  }

  private endanger(ctx: Context): void {
    const hazards = hazardsOf(ctx.alerts);
    if (!this.ready || JSON.stringify(hazards) === JSON.stringify(this.hazards)) return;
    this.hazards = hazards;
    for (const hazard of HAZARDS) for (const id of hazardLayers(hazard)) this.map.setFilter(id, only(hazards[hazard]));
  }

  /** What "the whole" is: the province, or the communes of the incident on the board. */
  private home(): Units["bounds"] {
    return (this.area && boxOf(this.units, this.area.codes)) ?? this.units.bounds;
  }

  private turnTo(area: Area | null): void {
    if (!this.ready || areaKey(area) === areaKey(this.area)) return;
    this.area = area;
    this.drawArea();
    this.zoom("whole");
  }

  private drawArea(): void {
    if (this.map.getLayer(AREA)) this.map.removeLayer(AREA);
    if (this.area) this.map.addLayer(areaLayer(this.area, css(`${this.area.severity}-edge`), 2.6 * scale()));
  }

  private placeInset(): void {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const points = [...this.units.byCode.values()].map((unit) => this.project(unit.centre));
    const [child] = this.inset.children;
    const box = { width: child?.clientWidth ?? 0, height: child?.clientHeight ?? 0 };
    this.inset.className = `inset ${freeCorner(points, { width, height }, box)}`;
  }

  private colour(): void {
    if (!this.ctx || !this.ready) return;
    const panel = mapPanel(this.ctx)?.panel;
    const ground = groundOf(panel, [...this.units.byCode.keys()]);
    const wanted = JSON.stringify([...ground]);
    if (wanted === this.painted) return;
    this.painted = wanted;
    for (const [code, tone] of ground) this.map.setFeatureState({ source: "units", id: code }, { tone: tone ?? 1 });
    this.unknown = [...ground].filter(([, tone]) => tone === null).map(([code]) => code);
    this.map.setFilter(NO_DATA, only(this.unknown));
  }

  private placeOf(alert: AlertTile): [number, number] | null {
    if (alert.lon !== null && alert.lat !== null) return [alert.lon, alert.lat];
    return (alert.unit && this.units.byCode.get(alert.unit.code)?.centre) ?? null;
  }

  /** While the map is only shifted its markers are shifted with it, all at once; they are placed anew at the end. */
  private follow(): void {
    if (this.marked?.zoom !== this.map.getZoom()) {
      this.mark();
      return;
    }
    const { x, y } = this.map.project(this.marked.centre);
    this.overlay.style.transform = `translate(${x - this.marked.x}px, ${y - this.marked.y}px)`;
  }

  private mark(): void {
    const ctx = this.ctx;
    if (!ctx || !this.ready) return;
    const centre = this.map.getCenter();
    this.marked = { centre, zoom: this.map.getZoom(), ...this.project([centre.lng, centre.lat]) };
    this.overlay.style.transform = "";
    const spots: Spot[] = [];
    for (const alert of ctx.alerts) {
      const place = this.placeOf(alert);
      if (place) spots.push({ alert, ...this.project(place) });
    }
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const over = this.controls().slice(1); // the locator lies below the markers
    const clusters = clustersOf(spots, RADIUS * scale(), (alert) => isUnacknowledged(alert, ctx.now)).filter(
      (one) => within({ x: 0, y: 0, width, height }, one) && !over.some((box) => within(box, one)), // a sliver can't be pressed
    );
    render(overlay(ctx, clusters, this.labels(ctx, clusters)), this.overlay);
  }

  /** Where buttons and the locator stand over the map. */
  private controls(): Box[] {
    const frame = this.map.getContainer();
    const { left, top } = frame.getBoundingClientRect();
    return [this.inset, ...(frame.parentElement?.querySelectorAll(".map-zoom, .map-top > *") ?? [])].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x - left, y: y - top, width, height };
    });
  }

  private project(place: [number, number]): { x: number; y: number } {
    const { x, y } = this.map.project(place);
    return { x, y };
  }

  /** Names where something happens, then a few for orientation. */
  private labels(ctx: Context, clusters: readonly Cluster[]): Label[] {
    const k = scale();
    const reach = REACH * k;
    const wishes = new Map<string, Wish>();
    for (const { alerts, x, y } of clusters) {
      const unit = this.units.byCode.get(alerts[0]?.unit?.code ?? "");
      if (unit && !wishes.has(unit.code)) {
        wishes.set(unit.code, { key: unit.code, text: ctx.m.text(unit.name), busy: true, x, y, reach, size: 20 * k });
      }
    }
    for (const unit of this.units.byCode.values()) {
      if (!unit.anchor || wishes.has(unit.code)) continue;
      const at = this.project(unit.centre);
      wishes.set(unit.code, { key: unit.code, text: ctx.m.text(unit.name), busy: false, ...at, reach: 0, size: 17 * k });
    }
    const pins = clusters.map(({ x, y }) => ({ x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach }));
    const taken: Box[] = [...pins, ...this.controls()];
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    return placeLabels([...wishes.values()], taken, { width, height });
  }
}

const at = (x: number, y: number): DirectiveResult =>
  styleMap({ transform: `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)` });

const overlay = (ctx: Context, clusters: readonly Cluster[], labels: readonly Label[]): TemplateResult => html`
  ${repeat(
    labels,
    (label) => label.key,
    (label) => html`<span class="name ${label.busy ? "busy" : ""}" style=${at(label.x, label.y)} aria-hidden="true">${label.text}</span>`,
  )}
  ${repeat(
    clusters,
    (cluster) => cluster.key,
    (cluster) => pin(ctx, cluster),
  )}
`;

function pin(ctx: Context, { alerts, worst, fresh, x, y }: Cluster): TemplateResult {
  const { m, actions } = ctx;
  const [first] = alerts;
  const many = m.t("{count} alerts here, worst: {severity}", { count: alerts.length, severity: m.t(SEVERITY_WORD[worst]) });
  const one = alerts.length === 1 && first ? first : null;
  return html`<button
    type="button"
    class="pin ${worst} ${fresh ? "" : "held"}"
    style=${at(x, y)}
    aria-label=${one ? `1 · ${m.text(one.title)}` : many}
    aria-haspopup="dialog"
    @click=${() => {
      actions.open(one ? { kind: "alert", id: one.id } : { kind: "alerts", ids: alerts.map((alert) => alert.id) });
    }}
  >
    ${haloed(worst, !fresh)}<span class="num">${alerts.length}</span>
  </button>`;
}
