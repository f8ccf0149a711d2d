import { html, nothing, svg, type TemplateResult } from "lit-html";
import { styleMap } from "lit-html/directives/style-map.js";

const WIDTH = 268;
const HEIGHT = 26;

/** Trend with its target as a dashed line and the last value marked; of a span that is not over, as not final. Says nothing in words: the tile's figure does. */
export function spark(trend: readonly number[], target: number | null, running = false): TemplateResult | typeof nothing {
  const last = trend.at(-1);
  if (last === undefined || trend.length < 2) return nothing;
  const all = target === null ? trend : [...trend, target];
  const low = Math.min(...all);
  const range = Math.max(...all) - low || 1;
  const x = (i: number): number => 1 + (i * (WIDTH - 6)) / (trend.length - 1);
  const y = (value: number): number => HEIGHT - 4 - ((value - low) / range) * (HEIGHT - 8);
  const points = trend.map((value, i) => `${x(i).toFixed(1)} ${y(value).toFixed(1)}`);
  const whole = running ? points.slice(0, -1) : points;
  const dot = { left: `${((100 * x(trend.length - 1)) / WIDTH).toFixed(2)}%`, top: `${((100 * y(last)) / HEIGHT).toFixed(1)}%` };
  return html`<div class="spark" aria-hidden="true">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
      ${target === null ? nothing : svg`<path class="goal" d="M0 ${y(target).toFixed(1)}H${WIDTH}"/>`}
      <path class="line" d=${`M${whole.join("L")}`} />
      ${running ? svg`<path class="line running" d=${`M${points.slice(-2).join("L")}`} />` : nothing}
    </svg>
    <i class=${running ? "running" : ""} style=${styleMap(dot)}></i>
  </div>`;
}
