import { keepChosen, readChosen } from "./chosen";
import type { LayerInfo, Objects } from "./types";

/** What is known of the cell that somebody asked about. */
export type CellState = { status: "loading" } | { status: "failed" } | { status: "ready"; objects: Objects };

/** Layers that the page draws by other means: alerts as markers, communes as the ground. */
const DRAWN_ELSEWHERE = new Set(["alerts", "units"]);

async function read<T>(address: string): Promise<T> {
  const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}`);
  return (await response.json()) as T;
}

/** The layers there are and those that this screen shows. Tells `changed` whatever changes. */
export class LayerStore {
  infos: readonly LayerInfo[] = [];
  chosen: ReadonlySet<string> = new Set();
  /** The list of layers is open. */
  open = false;
  cell: CellState | null = null;
  /** The numbers of the looks that the map shows now, by layer. */
  present: ReadonlyMap<string, ReadonlySet<number>> = new Map();
  private asked = "";

  constructor(
    private board: string,
    private readonly changed: () => void,
  ) {}

  /** Asks once which layers there are; without an answer the map has none. */
  async load(address = "/api/layers/"): Promise<void> {
    const infos = await read<LayerInfo[]>(address).catch(() => []);
    this.infos = infos.filter((info) => info.geometry === "point" && !DRAWN_ELSEWHERE.has(info.name));
    this.chosen = readChosen(this.board) ?? this.usual();
    this.changed();
  }

  /** Another board has its turn on this screen: it has layers of its own. */
  turnTo(board: string): void {
    if (board === this.board) return;
    this.board = board;
    this.chosen = readChosen(board) ?? this.usual();
    this.changed();
  }

  /** What a board shows while nobody has chosen: a monitor's own layers on its board. */
  private usual(): Set<string> {
    return new Set(this.infos.filter((info) => info.monitor === this.board).map((info) => info.name));
  }

  shown(): LayerInfo[] {
    return this.infos.filter((info) => this.chosen.has(info.name));
  }

  info(name: string): LayerInfo | undefined {
    return this.infos.find((info) => info.name === name);
  }

  toggle(name: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(name)) chosen.add(name);
    this.chosen = chosen;
    keepChosen(this.board, chosen);
    this.changed();
  }

  setOpen(open: boolean): void {
    this.open = open;
    this.changed();
  }

  setPresent(present: ReadonlyMap<string, ReadonlySet<number>>): void {
    const told = (map: typeof present): string => JSON.stringify([...map].map(([name, looks]) => [name, [...looks].sort()]));
    if (told(present) === told(this.present)) return;
    this.present = present;
    this.changed();
  }

  /** Asks what stands in a cell; a later question makes an earlier answer void. */
  async ask(name: string, cell: string): Promise<void> {
    const info = this.info(name);
    const address = info ? `${info.objects}?cell=${cell}` : "";
    this.asked = address;
    this.cell = { status: "loading" };
    this.changed();
    const found = await read<Objects>(address).catch(() => null);
    if (this.asked !== address) return;
    this.cell = found ? { status: "ready", objects: found } : { status: "failed" };
    this.changed();
  }
}
