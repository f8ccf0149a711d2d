/* What must not be drawn over. */

/** Whether somebody is in the middle of something here: stands on a button, a form or a menu is open, a text or a file not yet sent, or on its way. */
export function atWork(ticket: HTMLElement, focused: Element | null): boolean {
  if (ticket.contains(focused)) return true;
  if (ticket.querySelector("#do, details[open], .htmx-request")) return true;
  const fields = ticket.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("textarea, input[type=file]");
  return [...fields].some((field) => field.value !== "");
}
