import type { StringId } from "./strings";

const REFUSALS: Record<number, StringId> = {
  401: "You may not acknowledge this alert.",
  403: "You may not acknowledge this alert.",
  404: "This alert is no longer open.",
  409: "Someone else was faster: the alert has changed.",
};

/**
 * Takes an alert for the person at this screen. Answers null when the server took it (the change itself arrives as a frame)
 * or the sentence to show. The key makes a repeated press harmless.
 */
export async function acknowledge(id: string, generation: number, csrf: string): Promise<StringId | null> {
  try {
    const response = await fetch(`/api/alerts/${encodeURIComponent(id)}/acknowledge/`, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrf,
        "Idempotency-Key": `wall-acknowledge-${id}-${generation}`,
      },
      body: "{}",
    });
    if (response.ok) return null;
    return REFUSALS[response.status] ?? "The server did not answer. Nothing was lost; try again.";
  } catch {
    return "The server did not answer. Nothing was lost; try again.";
  }
}
