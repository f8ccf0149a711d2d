/* The way back from a ticket leads to the list one came from, with its filters and its name. */

const KEY = "tickets.list";

/** Remember the list of this page, or lead this ticket's way back to the one remembered; again after each swap. */
export function startBack(): void {
  const list = document.querySelector<HTMLElement>("[data-queue][data-fresh]");
  if (list) {
    sessionStorage.setItem(KEY, JSON.stringify({ href: location.pathname + location.search, title: list.querySelector("h1")?.textContent }));
    return;
  }
  lead();
  document.body.addEventListener("htmx:afterSettle", lead);
}

function lead(): void {
  const way = document.querySelector<HTMLAnchorElement>("[data-back]");
  const kept = sessionStorage.getItem(KEY);
  if (!way || !kept) return;
  const { href, title } = JSON.parse(kept) as { href: string; title?: string };
  way.href = href;
  const words = way.querySelector("span");
  if (title && words) words.textContent = title;
}
