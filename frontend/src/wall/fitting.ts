import { fitCounts, fitFigures, fitNames, fitTabs, fitText, PHONE, rowsThatFit, showCurrent } from "./fit";
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

  /** Rows whose words take more lines than there is room for: one row fewer is shown, none is cut. */
  private fitRows(): void {
    if (matchMedia(PHONE).matches) return;
    let same = true;
    for (const list of this.root.querySelectorAll<HTMLElement>("[data-rows]")) {
      const name = list.dataset.rows ?? "";
      const known = this.ui.rows[name] ?? 1;
      const items = [...list.querySelectorAll<HTMLElement>(":scope > li")];
      const cut = list.scrollHeight > list.clientHeight + 2 || items.some((item) => item.scrollHeight > item.clientHeight + 2);
      if (!cut || known <= 1 || items.length === 1) continue;
      this.ui.rows[name] = known - 1;
      same = false;
    }
    if (!same) this.changed();
  }

  /** To be called after each drawing. */
  settle(): void {
    this.fitBanner();
    this.fitTiles();
    this.fitBar();
    this.fitRows();
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
      const rows = phone ? Number(list.dataset.onPhone ?? 8) : Math.max(1, rowsThatFit(list) - Number(list.dataset.head ?? 0));
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
    const tabs = this.root.querySelector<HTMLElement>(".bar .tabs");
    fitTabs(tabs);
    if (tabs) showCurrent(tabs);
  }

  private fitTiles(): void {
    const names = this.root.querySelectorAll<HTMLElement>(".tile .name");
    const counts = this.root.querySelectorAll<HTMLElement>(".tile .counts");
    const values = this.root.querySelectorAll<HTMLElement>(".tile .value");
    const written = [...names, ...counts, ...values].map((element) => element.textContent).join("\n");
    if (written === this.names) return;
    this.names = written;
    fitNames(names);
    fitCounts(counts);
    fitFigures(values);
  }
}
