/** What the wall asks what time it is. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes the time from a message that just came. */
  sample(now: string): void;
}

/**
 * The server's clock, carried between heartbeats by the machine's monotonic timer, so that a wrong or jumping clock of the
 * screen's own machine never makes an old number look new.
 */
export class ServerClock implements Clock {
  private offset: number;
  private readonly monotonic: () => number;

  /** `now` is the server's time of rendering the page; a first heartbeat corrects it. */
  constructor(now: string, monotonic: () => number = () => performance.now()) {
    this.monotonic = monotonic;
    const at = Date.parse(now);
    this.offset = (Number.isNaN(at) ? Date.now() : at) - monotonic();
  }

  /**
   * Takes the server's time from a message that just came. A message is never early, so a later clock is always the better
   * one; an earlier one is slow delivery unless it is far off: then the server's clock (a drill's, say) was moved.
   */
  sample(now: string): void {
    const at = Date.parse(now);
    if (Number.isNaN(at)) return;
    const offset = at - this.monotonic();
    const drift = offset - this.offset;
    if (drift > 0 || drift < -2000) this.offset = offset;
    else this.offset += drift / 16;
  }

  /** Milliseconds since 1970, server time. */
  readonly now = (): number => this.monotonic() + this.offset;
}
