/* Codes of reports sent from this device: a convenience, listed on the page for following. */
import { drop, keep, read, type Shelf } from "../pages/store";

const KEY = "ioc.report.mine";
const MOST = 20;

export interface Mine {
  code: string;
  title: string;
}

function isList(value: unknown): value is Mine[] {
  return Array.isArray(value) && value.every((one: Partial<Mine>) => typeof one.code === "string" && typeof one.title === "string");
}

export function myReports(shelf: Shelf | null): Mine[] {
  return read(shelf, KEY, isList) ?? [];
}

/** Put a report first; the oldest beyond twenty are dropped. */
export function addMine(shelf: Shelf | null, one: Mine): void {
  const others = myReports(shelf).filter((other) => other.code !== one.code);
  keep(shelf, KEY, [one, ...others].slice(0, MOST));
}

export function forgetMine(shelf: Shelf | null): void {
  drop(shelf, KEY);
}

/** Fill the list of the page for following and show it, when there is something to list. */
export function showMine(section: HTMLElement, shelf: Shelf | null): void {
  const list = section.querySelector("ul");
  const template = section.querySelector("template");
  const address = section.dataset.mine ?? "";
  if (!list || !template) return;
  for (const one of myReports(shelf)) {
    const item = template.content.cloneNode(true) as DocumentFragment;
    item.querySelector("a")?.setAttribute("href", address.replace("CODE", encodeURIComponent(one.code)));
    item.querySelector("b")?.append(one.title);
    item.querySelector("small")?.append(one.code);
    list.append(item);
  }
  section.hidden = list.children.length === 0;
  section.querySelector("[data-forget-mine]")?.addEventListener("click", () => {
    forgetMine(shelf);
    section.hidden = true;
  });
}
