/** Which layers a screen shows: remembered on the screen, by board. */

const KEY = "wall-layers";

/** Null while nobody has chosen on this screen. */
export function readChosen(board: string, storage: Pick<Storage, "getItem"> = localStorage): Set<string> | null {
  try {
    const kept = JSON.parse(storage.getItem(`${KEY}:${board}`) ?? "null") as unknown;
    return Array.isArray(kept) ? new Set(kept.filter((one): one is string => typeof one === "string")) : null;
  } catch {
    return null;
  }
}

export function keepChosen(board: string, chosen: ReadonlySet<string>, storage: Pick<Storage, "setItem"> = localStorage): void {
  try {
    storage.setItem(`${KEY}:${board}`, JSON.stringify([...chosen]));
  } catch {
    // A screen that may keep nothing shows its layers until it is loaded again.
  }
}
