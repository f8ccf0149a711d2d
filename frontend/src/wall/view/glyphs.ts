import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit-html";
import { unsafeSVG } from "lit-html/directives/unsafe-svg.js";
import {
  Activity,
  ArrowRight,
  BellOff,
  CircleDashed,
  Clock,
  Hourglass,
  type IconNode,
  Layers,
  Minus,
  Plus,
  Scan,
  SunMoon,
  Unplug,
  Volume2,
  VolumeOff,
  X,
} from "lucide";

import type { Severity } from "../types";

/** One silhouette per severity: readable without colour. Filled = nobody has it, outlined = someone has. */
const SHAPES: Record<Severity | "normal", SVGTemplateResult> = {
  critical: svg`<rect x="2" y="2" width="20" height="20" rx="1.5"/>`,
  high: svg`<path d="M12 1.6 23 21.6H1Z"/>`,
  medium: svg`<path d="M12 .8 23.2 12 12 23.2.8 12Z"/>`,
  low: svg`<circle cx="12" cy="12" r="9.6"/>`,
  info: svg`<rect x="1.5" y="6.5" width="21" height="11" rx="5.5"/>`,
  normal: svg`<circle cx="12" cy="12" r="4.5"/>`,
};

export const shape = (severity: Severity | "normal", held = false): TemplateResult =>
  html`<svg class="glyph ${severity} ${held ? "held" : ""}" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[severity]}</svg>`;

/** The shape with a halo, so that it holds on every class of the map. */
export const haloed = (severity: Severity, held: boolean): TemplateResult =>
  html`<svg class="glyph ${severity} ${held ? "held" : ""}" viewBox="0 0 24 24" aria-hidden="true">
    <g class="halo">${SHAPES[severity]}</g>
    ${SHAPES[severity]}
  </svg>`;

const markup = (node: IconNode): string =>
  node
    .map(
      ([tag, attributes]) =>
        `<${tag} ${Object.entries(attributes)
          .map(([name, value]) => `${name}="${String(value)}"`)
          .join(" ")}/>`,
    )
    .join("");

const ICONS = {
  swings: markup(Activity),
  behind: markup(Layers),
  stale: markup(Clock),
  silent: markup(Unplug),
  absent: markup(CircleDashed),
  waiting: markup(Hourglass),
  next: markup(ArrowRight),
  close: markup(X),
  plus: markup(Plus),
  minus: markup(Minus),
  whole: markup(Scan),
  layers: markup(Layers),
  bell: markup(Volume2),
  silentBell: markup(VolumeOff),
  mutedBell: markup(BellOff),
  theme: markup(SunMoon),
};

export type Icon = keyof typeof ICONS;

export const icon = (name: Icon, label?: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" role=${label ? "img" : nothing} aria-label=${label ?? nothing} aria-hidden=${label ? nothing : "true"}>
    ${unsafeSVG(ICONS[name])}
  </svg>`;
