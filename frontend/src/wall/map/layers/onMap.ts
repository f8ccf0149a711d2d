import type { ExpressionSpecification, Map as GlMap, MapGeoJSONFeature, PointLike } from "maplibre-gl";

import type { Language } from "../../types";
import { css, scale } from "../paint";
import { keyExpression, readKey } from "./key";
import { colours, draw } from "./picture";
import type { LayerStore } from "./store";
import type { LayerInfo } from "./types";

/** How often tiles are asked for again; most answers are "the same as before". */
const REFRESH = 30_000;
/** How far from the pointer, or from the middle of the map, a symbol is taken; in tenths of a rem. */
const NEAR = 22;
const PREFIX = "layer:";
const DEEPEST = 18;

/** A thing or a group of things that somebody asked about. */
export interface Picked {
  layer: string;
  cell: string;
}

/** The chosen layers on the map: their tiles, their symbols, and what happens when one is asked about. */
export class LayersOnMap {
  private readonly timer: ReturnType<typeof setInterval>;
  private language: Language = "vi";

  constructor(
    private readonly map: GlMap,
    private readonly store: LayerStore,
    private readonly picked: (picked: Picked) => void,
  ) {
    map.setMissingStyleImageResolver((id) => {
      this.picture(id);
    });
    map.on("idle", () => {
      this.tellPresent();
    });
    map.on("click", ({ point }) => {
      this.pick(point);
    });
    map.on("mousemove", ({ point }) => {
      map.getCanvas().style.cursor = this.nearest(point) ? "pointer" : "";
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const { clientWidth, clientHeight } = map.getContainer();
      this.pick({ x: clientWidth / 2, y: clientHeight / 2 });
    });
    this.timer = setInterval(() => {
      if (document.visibilityState === "visible") this.refresh();
    }, REFRESH);
  }

  /** Shows the layers that are chosen now, and no others. */
  sync(language: Language): void {
    this.language = language;
    const wanted = this.store.shown();
    const names = new Set(wanted.map(({ name }) => PREFIX + name));
    for (const id of this.present()) {
      if (names.has(id)) continue;
      this.map.removeLayer(id);
      this.map.removeSource(id);
    }
    for (const info of wanted) if (!this.map.getLayer(PREFIX + info.name)) this.add(info);
  }

  /** Draws every symbol anew in the colours and sizes of now, above the ground. */
  restyle(): void {
    for (const image of this.map.listImages()) if (readKey(image)) this.map.removeImage(image);
    for (const id of this.present()) {
      this.map.removeLayer(id);
      this.map.removeSource(id);
    }
    this.sync(this.language);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private present(): string[] {
    return this.map.getLayersOrder().filter((id) => id.startsWith(PREFIX));
  }

  /** Which looks the map shows now: the legend explains these. */
  private tellPresent(): void {
    const looks = new Map<string, Set<number>>();
    for (const id of this.present()) {
      const name = id.slice(PREFIX.length);
      const found = this.map.querySourceFeatures(id, { sourceLayer: name }).map(({ properties }) => Number(properties.look));
      looks.set(name, new Set(found));
    }
    this.store.setPresent(looks);
  }

  private refresh(): void {
    for (const id of this.present()) this.map.refreshTiles(id);
  }

  private add(info: LayerInfo): void {
    const id = PREFIX + info.name;
    // Symbols grow with the screen: from half as large again on they want cells of twice the size.
    const tiles = location.origin + info.tiles + (scale() >= 1.5 ? "?coarse=1" : "");
    this.map.addSource(id, { type: "vector", tiles: [tiles], minzoom: 0, maxzoom: DEEPEST });
    this.map.addLayer({
      id,
      type: "symbol",
      source: id,
      "source-layer": info.name,
      layout: {
        "icon-image": keyExpression(info.name, info.figure) as ExpressionSpecification,
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-z-order": "source",
      },
    });
  }

  private picture(id: string): void {
    const sign = readKey(id);
    const info = sign && this.store.info(sign.layer);
    if (!sign || !info || this.map.hasImage(id)) return;
    const image = draw(sign, info, colours(css), this.language, scale() * devicePixelRatio);
    if (image) this.map.addImage(id, image, { pixelRatio: devicePixelRatio });
  }

  private pick(point: { x: number; y: number }): void {
    const found = this.nearest(point);
    const cell: unknown = found?.properties.cell;
    if (found && typeof cell === "string") this.picked({ layer: found.layer.id.slice(PREFIX.length), cell });
  }

  private nearest({ x, y }: { x: number; y: number }): MapGeoJSONFeature | undefined {
    const layers = this.present();
    if (layers.length === 0) return undefined;
    const reach = NEAR * scale();
    const box: [PointLike, PointLike] = [
      [x - reach, y - reach],
      [x + reach, y + reach],
    ];
    const distance = (feature: MapGeoJSONFeature): number => {
      if (feature.geometry.type !== "Point") return Infinity;
      const [lon = 0, lat = 0] = feature.geometry.coordinates;
      const at = this.map.project([lon, lat]);
      return Math.hypot(at.x - x, at.y - y);
    };
    return this.map
      .queryRenderedFeatures(box, { layers })
      .map((feature) => ({ feature, far: distance(feature) }))
      .sort((a, b) => a.far - b.far)[0]?.feature;
  }
}
