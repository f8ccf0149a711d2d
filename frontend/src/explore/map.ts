import "maplibre-gl/dist/maplibre-gl.css";

import { type LayerSpecification, Map as GlMap, Popup, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { readUnits, type Units } from "../wall/map/units";
import { picture } from "./mapPicture";
import { onTheme, ramp, token } from "./tokens";
import type { MapData } from "./types";

setWorkerUrl(workerUrl);

/** The communes coloured by one value, in the classes of the legend. Loaded after the table is shown. */

const HATCH = 8;

/** Slanted lines for "no data": a colour of the ramp would say "little". */
function hatch(): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = token("surface");
  pen.fillRect(0, 0, HATCH, HATCH);
  pen.strokeStyle = token("line-strong");
  pen.lineWidth = 1;
  for (const shift of [-HATCH, 0, HATCH]) {
    pen.beginPath();
    pen.moveTo(shift, HATCH);
    pen.lineTo(shift + HATCH, 0);
    pen.stroke();
  }
  return pen.getImageData(0, 0, HATCH, HATCH);
}

function layers(): LayerSpecification[] {
  const tones = ramp().flatMap((colour, n) => [n + 1, colour]);
  return [
    { id: "edge", type: "line", source: "units", paint: { "line-color": token("ink-3"), "line-width": 3 } },
    { id: "none", type: "fill", source: "units", paint: { "fill-pattern": "hatch" } },
    {
      id: "fill",
      type: "fill",
      source: "units",
      filter: [">", ["get", "tone"], 0],
      paint: { "fill-color": ["match", ["get", "tone"], ...tones, token("surface")] as unknown as string, "fill-antialias": false },
    },
    { id: "line", type: "line", source: "units", paint: { "line-color": token("surface"), "line-width": 1 } },
    { id: "edge-line", type: "line", source: "units", paint: { "line-color": token("line-strong"), "line-width": 0.4 } },
  ];
}

async function unitsOf(address: string): Promise<Units> {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`units: HTTP ${answer.status}`);
  return readUnits((await answer.json()) as Parameters<typeof readUnits>[0]);
}

function dress(map: GlMap): void {
  if (map.hasImage("hatch")) map.removeImage("hatch");
  map.addImage("hatch", hatch());
  for (const layer of layers()) {
    if (map.getLayer(layer.id)) map.removeLayer(layer.id);
    map.addLayer(layer);
  }
}

/** Name and value under the pointer or finger. */
function explain(map: GlMap, data: MapData): void {
  const popup = new Popup({ closeButton: false, closeOnClick: false, className: "xp-popup" });
  map.on("mousemove", "none", (event) => {
    const code = String(event.features?.[0]?.properties.code ?? "");
    const text = `${data.names[code] ?? ""}: ${data.texts[code] ?? data.missing}`;
    popup.setLngLat(event.lngLat).setText(text).addTo(map);
  });
  map.on("mouseleave", "none", () => {
    popup.remove();
  });
}

export async function drawMap(where: HTMLElement, data: MapData): Promise<() => Promise<string>> {
  const units = await unitsOf(where.dataset.units ?? "");
  const features = units.collection.features
    .filter(({ properties }) => properties.code in data.names)
    .map((feature) => ({ ...feature, properties: { ...feature.properties, tone: data.tones[feature.properties.code] ?? 0 } }));
  const shown = readUnits({ type: "FeatureCollection", features });
  const map = new GlMap({
    container: where,
    style: { version: 8, sources: {}, layers: [] },
    bounds: shown.bounds,
    fitBoundsOptions: { padding: 16 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    scrollZoom: false,
  });
  map.getCanvas().setAttribute("aria-label", data.title);
  await new Promise((resolve) => map.once("load", resolve));
  map.addSource("units", { type: "geojson", data: { type: "FeatureCollection", features }, tolerance: 0.2 });
  dress(map);
  explain(map, data);
  onTheme(() => {
    dress(map);
  });
  map.on("resize", () => map.fitBounds(shown.bounds, { padding: 16, animate: false }));
  await new Promise((resolve) => map.once("idle", resolve));
  const note = where.parentElement?.querySelector<HTMLElement>("[data-approximate]");
  if (note) note.hidden = !shown.approximate;
  const facts = shown.approximate && note ? [...data.facts, note.textContent] : data.facts;
  return () => Promise.resolve(picture(shown, { ...data, facts }));
}
