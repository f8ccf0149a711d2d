import plotly from "plotly.js-cartesian-dist-min";

import type { Messages } from "../messages";
import type { PanelTile } from "../types";
import { figureOf, type Look } from "./figure";

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Draws each chart of the board anew when its panel, the theme or its size changed; nothing moves in between. */
export class Charts {
  private readonly drawn = new WeakMap<HTMLElement, { panel: PanelTile; stale: boolean; era: string }>();
  /** Counts changes of theme, size and fonts. */
  private era = 0;

  constructor(private readonly root: ParentNode) {}

  restyle(): void {
    this.era += 1;
  }

  update(panels: ReadonlyMap<string, PanelTile>, m: Messages): void {
    const byName = new Map([...panels.values()].map((panel) => [`${panel.monitor}/${panel.panel}`, panel]));
    for (const place of this.root.querySelectorAll<HTMLElement>("[data-plot]")) {
      const panel = byName.get(place.dataset.plot ?? "");
      if (!panel || place.clientWidth === 0) continue;
      const stale = place.closest(".stale") !== null;
      const era = `${this.era} ${m.language}`;
      const known = this.drawn.get(place);
      if (known?.panel === panel && known.stale === stale && known.era === era) continue;
      this.drawn.set(place, { panel, stale, era });
      void plotly.react(place, figureOf(panel, m, lookOf(place, panel, stale)));
    }
  }
}

function lookOf(place: HTMLElement, panel: PanelTile, stale: boolean): Look {
  const style = getComputedStyle(place);
  const edge = panel.severity && !stale ? token(`${panel.severity}-edge`) : "";
  return {
    ink: stale ? token("ink-old") : edge || token("ink"),
    ink2: token("ink-2"),
    ink3: token("ink-3"),
    line: token("line"),
    goal: token("ink-3"),
    font: style.fontFamily,
    figures: token("font-figure"),
    rem: parseFloat(getComputedStyle(document.documentElement).fontSize),
    text: parseFloat(style.fontSize),
    width: place.clientWidth,
    height: place.clientHeight,
  };
}
