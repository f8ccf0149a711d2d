/** Which layers a screen shows: remembered on the screen, by board. */

const KEY = "wall-layers";

export function readChosen(board: string, storage: Pick<Storage, "getItem"> = localStorage): Set<string> {
  try {
    const kept = JSON.parse(storage.getItem(`${KEY}:${board}`) ?? "[]") as unknown;
    return new Set(Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : []);
  } catch {
    return new Set();
  }
}

export function keepChosen(board: string, chosen: ReadonlySet<string>, storage: Pick<Storage, "setItem"> = localStorage): void {
  try {
    storage.setItem(`${KEY}:${board}`, JSON.stringify([...chosen]));
  } catch {
    // A screen that may keep nothing shows its layers until it is loaded again.
  }
}
