/** The few functions of Plotly's bundle for plain axes that are used here; it ships no types of its own. */
declare module "plotly.js-cartesian-dist-min" {
  export interface Figure {
    data: Record<string, unknown>[];
    layout: Record<string, unknown>;
    config?: Record<string, unknown>;
  }
  interface Plotly {
    react(where: HTMLElement, figure: Figure): Promise<unknown>;
    toImage(figure: Figure, how: { format: "png"; width: number; height: number; scale: number }): Promise<string>;
  }
  const plotly: Plotly;
  export default plotly;
}
