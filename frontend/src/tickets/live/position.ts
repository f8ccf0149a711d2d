/* Where a page stands in the wall's frames. It keeps no tiles: all it wants to know is which ticket changed. */
import type { Verdict } from "../../wall/state";
import type { ServerMessage } from "../../wall/types";

export class Position {
  private epoch: string | null = null;
  private seq = 0;
  private readonly changed: (key: string) => void;

  /** `changed` is called with the tile's key when a frame tells of a ticket; with "" when any of them may have changed. */
  constructor(changed: (key: string) => void) {
    this.changed = changed;
  }

  /** What is known, to resume from; null asks for a snapshot. */
  get here(): { epoch: string; seq: number } | null {
    return this.epoch === null ? null : { epoch: this.epoch, seq: this.seq };
  }

  /** Take a message; the rules are those of docs/wall-protocol.md. */
  take(message: ServerMessage): Verdict {
    const epoch = String(message.epoch);
    if (message.type === "snapshot") {
      if (this.epoch !== null) this.changed("");
      this.epoch = epoch;
      this.seq = message.seq;
      return "applied";
    }
    if (this.epoch === null) return "ignored";
    if (epoch !== this.epoch) return "foreign";
    if (message.type === "heartbeat") return message.seq > this.seq ? "behind" : "applied";
    if (message.seq <= this.seq) return "ignored";
    if (message.prev > this.seq) return "gap";
    this.seq = message.seq;
    if (message.tile.key.startsWith("ticket:")) this.changed(message.tile.key);
    return "applied";
  }
}
