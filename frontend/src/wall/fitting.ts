import { fitCounts, fitNames, fitTabs, fitText, PHONE, rowsThatFit } from "./fit";
import type { Ui } from "./view/context";

/** What only the drawn page can tell: how large the banner's words may be, how many rows of a list fit. */
export class Fitting {
  private title = "";
  private bar = "";
  private names = "";
  private watched = new Set<Element>();
  private readonly observer: ResizeObserver;

  constructor(
    private readonly root: HTMLElement,
    private readonly ui: Ui,
    private readonly changed: () => void,
  ) {
    this.observer = new ResizeObserver(() => {
      this.measure();
    });
  }

  /** Sizes or fonts changed: everything is measured again. */
  forget(): void {
    this.title = this.names = "";
    this.measure();
  }

  /** To be called after each drawing. */
  settle(): void {
    this.fitBanner();
    this.fitTiles();
    this.fitBar();
    for (const list of this.root.querySelectorAll<HTMLElement>("[data-rows]")) {
      if (this.watched.has(list)) continue;
      this.watched.add(list);
      this.observer.observe(list);
    }
  }

  measure(): void {
    const phone = matchMedia(PHONE).matches;
    let same = true;
    for (const list of this.root.querySelectorAll<HTMLElement>("[data-rows]")) {
      const name = list.dataset.rows ?? "";
      const rows = phone ? Number(list.dataset.onPhone ?? 8) : rowsThatFit(list);
      same &&= this.ui.rows[name] === rows;
      this.ui.rows[name] = rows;
    }
    if (!same) this.changed();
  }

  private fitBanner(): void {
    const title = this.root.querySelector<HTMLElement>("[data-fit]");
    const wanted = title ? `${title.textContent} ${title.parentElement?.clientWidth ?? 0}` : "";
    if (title && wanted !== this.title) fitText(title);
    this.title = wanted;
  }

  private fitBar(): void {
    const width = `${innerWidth} ${document.fonts.status}`;
    if (width === this.bar) return;
    this.bar = width;
    fitTabs(this.root.querySelector<HTMLElement>(".bar .tabs"));
  }

  private fitTiles(): void {
    const names = this.root.querySelectorAll<HTMLElement>(".tile .name");
    const counts = this.root.querySelectorAll<HTMLElement>(".tile .counts");
    const written = [...names, ...counts].map((element) => element.textContent).join("\n");
    if (written === this.names) return;
    this.names = written;
    fitNames(names);
    fitCounts(counts);
  }
}
