import { isShelved, type State } from "../state";
import type { StringId } from "../strings";
import type { AlertTile, Param } from "../types";

/** How long an alert may be put aside from the wall: what the button says, and until when (server clock, ms). */
export interface ShelfTime {
  id: StringId;
  params: Record<string, Param>;
  until: number;
}

const MINUTE = 60_000;
/** What the key and the button of the banner do. */
export const SHORT = 10;

/** Ten minutes, an hour, and the end of the shift when there is one to come. */
export function shelfTimes(now: number, shiftEnds: string | null): ShelfTime[] {
  const times: ShelfTime[] = [
    { id: "{n} min", params: { n: SHORT }, until: now + SHORT * MINUTE },
    { id: "{n} h", params: { n: 1 }, until: now + 60 * MINUTE },
  ];
  const ends = shiftEnds === null ? NaN : Date.parse(shiftEnds);
  return ends > now + MINUTE ? [...times, { id: "until the end of the shift", params: {}, until: ends }] : times;
}

/** What is on a shelf now, the first to come back first. */
export const onShelf = (state: State, now: number): AlertTile[] =>
  [...state.alerts.values()]
    .filter((alert) => isShelved(alert, now))
    .sort((a, b) => Date.parse(a.shelved_until ?? "") - Date.parse(b.shelved_until ?? ""));
