/** Whether more alerts come than a person can take, from the instants at which they came. Milliseconds, server clock. */
export interface Flood {
  readonly on: boolean;
  /** How many came within the last ten minutes. */
  readonly recent: number;
  /** Since when it lasts; null when it doesn't. */
  readonly since: number | null;
}

/** EEMUA 191, for one operator position: a flood begins above ten alerts in ten minutes and ends below five. */
export const WINDOW = 600_000;
export const BEGINS = 10;
export const ENDS = 5;

/**
 * The flood at `now`. Each arrival counts from its instant until ten minutes later; the state is what the two limits, with
 * their distance between them, make of that count from the first arrival to now. So it needs no memory of its own: whoever
 * knows the same arrivals says the same, whenever they began to look.
 */
export function floodOf(arrivals: readonly number[], now: number): Flood {
  const come = arrivals.filter((at) => at <= now).sort((a, b) => a - b);
  let [gone, since] = [0, null as number | null];
  const leave = (until: number, count: number): void => {
    for (let at = come[gone]; at !== undefined && gone < count && at + WINDOW <= until; at = come[gone]) {
      gone += 1;
      if (count - gone < ENDS) since = null;
    }
  };
  come.forEach((at, index) => {
    leave(at, index);
    if (index + 1 - gone > BEGINS) since ??= at;
  });
  leave(now, come.length);
  return { on: since !== null, recent: come.length - gone, since };
}
