import { alertList, unacknowledged } from "../select";
import type { State } from "../state";
import type { BoardInTurn, PanelTile, WallConfig } from "../types";
import { isWhole, ownTiles, seenBy, turnAt } from "./rotation";

/** The boards of an unattended screen as they take turns; on every other page there is one board and nothing to do. */
export class Turns {
  private turn: BoardInTurn | null = null;

  constructor(private readonly config: WallConfig) {}

  /** Puts the board whose turn it is into the config; true when it is another one than before. */
  take(state: State, now: number): boolean {
    const { rotation } = this.config;
    if (!rotation) return false;
    const slugs = rotation.boards.map(({ slug }) => slug);
    const { board } = turnAt(slugs, rotation, unacknowledged(alertList(state, now), now), now);
    const turn = rotation.boards.find(({ slug }) => slug === board);
    if (!turn || turn === this.turn) return false;
    this.turn = turn;
    this.config.board = turn.slug;
    this.config.layout = turn.layout;
    return true;
  }

  /** What the present board shows of all that the screen knows. */
  seen(state: State): State {
    return seenBy(state, this.turn?.monitor ?? null);
  }

  /** The panels that the present board may show: a monitor's board colours its map with its own figures only. */
  panels(all: ReadonlyMap<string, PanelTile>): ReadonlyMap<string, PanelTile> {
    return ownTiles(all, this.turn?.monitor ?? null);
  }

  /** True when the server holds more than it sent, so that the present board's counts are not known to be all. */
  partial(state: State, now: number): boolean {
    return Boolean(this.turn?.monitor) && !isWhole(state, now);
  }
}
