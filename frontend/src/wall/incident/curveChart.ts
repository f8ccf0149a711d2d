import plotly from "plotly.js-cartesian-dist-min";

import { token } from "../charts/charts";
import type { Severity } from "../types";
import type { Context } from "../view/context";
import { curveFigure, type CurveLook } from "./curveFigure";
import type { Curve } from "./types";

const MINUTE = 60_000;

/** Draws the incident's curve anew when it, the theme or its size changed, and once a minute: "now" moves on. */
export class CurveChart {
  private era = 0;
  private drawn: { place: HTMLElement; curve: Curve; era: string } | null = null;

  constructor(private readonly root: ParentNode) {}

  restyle(): void {
    this.era += 1;
  }

  update(ctx: Context): void {
    const place = this.root.querySelector<HTMLElement>("[data-curve]");
    const { data, alert } = ctx.incident ?? {};
    if (!place?.clientWidth || !data?.curve || !alert) return;
    this.draw(place, data.curve, alert.severity, ctx);
  }

  private draw(place: HTMLElement, curve: Curve, severity: Severity, ctx: Context): void {
    const era = [this.era, ctx.m.language, severity, Math.floor(ctx.now / MINUTE), place.clientWidth, place.clientHeight].join(" ");
    if (this.drawn?.place === place && this.drawn.curve === curve && this.drawn.era === era) return;
    this.drawn = { place, curve, era };
    void plotly.react(place, curveFigure(curve, ctx.now, ctx.m, lookOf(place, severity)));
  }
}

function lookOf(place: HTMLElement, severity: Severity): CurveLook {
  const style = getComputedStyle(place);
  return {
    ink: token("ink"),
    ink2: token("ink-2"),
    ink3: token("ink-3"),
    line: token("line"),
    goal: token("ink-3"),
    strong: token("line-strong"),
    accent: token("accent"),
    surface: token("surface"),
    edge: token(`${severity}-edge`),
    word: token(`${severity}-text`),
    severity,
    font: style.fontFamily,
    figures: token("font-figure"),
    rem: parseFloat(getComputedStyle(document.documentElement).fontSize),
    text: parseFloat(style.fontSize),
    width: place.clientWidth,
    height: place.clientHeight,
  };
}
