import type { PanelTile } from "../types";

/** Five classes for a choropleth, with limits that a person can read. Pure. */

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The nearest round number not below `x`: one of the steps times a power of ten. */
export function roundUp(x: number): number {
  if (x <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(x));
  const step = STEPS.find((s) => s * power >= x - 1e-9 * power) ?? 10;
  return Number((step * power).toPrecision(6));
}

/**
 * Four limits between five classes, rising: rounded quintiles of what isn't zero, so that a few large values don't leave
 * the rest in one class. Fewer than four when the values don't tell that many apart.
 */
export function limits(values: readonly number[]): number[] {
  const sorted = values.filter((v) => v > 0).sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return [];
  const quintiles = [0.2, 0.4, 0.6, 0.8].map((share) => sorted[Math.floor(share * sorted.length)] ?? most);
  const whole = sorted.every(Number.isInteger);
  const close = least > most / 2 && least < most;
  const found = close ? closeLimits(quintiles, whole, most - least) : wideLimits(quintiles, whole);
  return found.filter((limit) => limit <= most);
}

/** Limits of values of all magnitudes: each the next round number, and above the one before. */
function wideLimits(quintiles: readonly number[], whole: boolean): number[] {
  const round = (x: number): number => (whole ? Math.ceil(roundUp(x)) : roundUp(x));
  const found: number[] = [];
  for (const value of quintiles) {
    const last = found.at(-1) ?? 0;
    found.push(Math.max(round(value), round(last + (whole ? 1 : last * 0.01))));
  }
  return found;
}

/** Limits of values that lie close together, as shares near a hundred do: rounded by what they differ by. */
function closeLimits(quintiles: readonly number[], whole: boolean, spread: number): number[] {
  const power = 10 ** Math.floor(Math.log10(spread / 10));
  const step = Math.max(whole ? 1 : 0, power * ([5, 2].find((one) => one * power <= spread / 10) ?? 1));
  return [...new Set(quintiles.map((value) => Number((Math.ceil(value / step - 1e-9) * step).toPrecision(6))))];
}

/** 1 to 5; a value on a limit belongs to the class above it. */
export const classOf = (value: number, bounds: readonly number[]): number =>
  1 + bounds.filter((bound) => value >= bound).length;

/** The tone of the ramp, 1 to 5, for a class among `bounds`: fewer classes still span the whole ramp. */
export function toneOf(cls: number, bounds: readonly number[]): number {
  return bounds.length === 0 ? 1 : Math.round(1 + ((cls - 1) * 4) / bounds.length);
}

/** The tone of every unit: null where a panel has no value and doesn't say that this means none; the lightest without one. */
export function groundOf(
  panel: Pick<PanelTile, "values" | "elsewhere"> | undefined,
  codes: readonly string[],
): Map<string, number | null> {
  const values = panel?.values ?? {};
  const rest = panel ? (panel.elsewhere ?? null) : 0;
  const bounds = limits(Object.values(values));
  const tone = (value: number | null): number | null => (value === null ? null : toneOf(classOf(value, bounds), bounds));
  return new Map(codes.map((code) => [code, tone(values[code] ?? rest)]));
}
