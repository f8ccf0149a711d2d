/* Where a list stands in the wall's frames. It keeps no tiles: all it wants to know is that a ticket changed. */
import type { Verdict } from "../../wall/state";
import type { ServerMessage } from "../../wall/types";

export class Position {
  private epoch: string | null = null;
  private seq = 0;
  private readonly changed: () => void;

  /** `changed` is called when a frame tells of a ticket. */
  constructor(changed: () => void) {
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
      if (this.epoch !== null) this.changed();
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
    if (message.tile.key.startsWith("ticket:")) this.changed();
    return "applied";
  }
}
