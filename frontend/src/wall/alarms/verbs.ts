import type { StringId } from "../strings";
import type { AlertTile } from "../types";

export type Verb = "acknowledge" | "shelve" | "unshelve";

const SILENCE: StringId = "The server did not answer. Nothing was lost; try again.";
const FORBIDDEN: Record<Verb, StringId> = {
  acknowledge: "You may not acknowledge this alert.",
  shelve: "You may not shelve this alert.",
  unshelve: "You may not shelve this alert.",
};

function refusal(verb: Verb, status: number): StringId {
  if (status === 401 || status === 403) return FORBIDDEN[verb];
  if (status === 404) return "This alert is no longer open.";
  return status === 409 ? "Someone else was faster: the alert has changed." : SILENCE;
}

/** One press of a button: pressing it twice within this many milliseconds is one press. */
const PRESS = 2000;

/**
 * Does a verb to an alert as it was shown, for the person at this screen. Answers null when the server did it (the change
 * itself arrives as a frame) or the sentence to show. `now`: server clock, milliseconds.
 */
export async function perform(
  verb: Verb,
  alert: Pick<AlertTile, "id" | "generation">,
  { csrf, now, body = {} }: { csrf: string; now: number; body?: Record<string, string | number> },
): Promise<StringId | null> {
  const { id, generation } = alert;
  const press = verb === "acknowledge" ? "" : `-${Math.floor(now / PRESS)}`;
  try {
    const response = await fetch(`/api/alerts/${encodeURIComponent(id)}/${verb}/`, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrf,
        "Idempotency-Key": `wall-${verb}-${id}-${generation}${press}`,
      },
      body: JSON.stringify({ ...body, generation }),
    });
    return response.ok ? null : refusal(verb, response.status);
  } catch {
    return SILENCE;
  }
}
