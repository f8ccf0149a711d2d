import type { Clock } from "../clock";

/**
 * The clock of a replay: everything on the wall asks it what time it is, so ages and deadlines are those of the moment
 * shown. It runs `speed` times as fast as the machine's monotonic timer, stands still while `speed` is 0, and never goes
 * back by itself.
 */
export class ReplayClock implements Clock {
  speed = 0;
  private base: number;
  private begun: number;

  constructor(
    at: string,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.base = Date.parse(at) || 0;
    this.begun = monotonic();
  }

  readonly now = (): number => this.base + (this.monotonic() - this.begun) * this.speed;

  /** Jumps to a moment (ms) and goes on from there at a speed. */
  set(at: number, speed: number): void {
    this.base = at;
    this.begun = this.monotonic();
    this.speed = speed;
  }

  /** What the server is playing by now: ahead of it we wait, behind it we follow. */
  sample(now: string): void {
    const at = Date.parse(now);
    if (Number.isNaN(at) || this.speed === 0) return;
    this.set(Math.max(at, Math.min(this.now(), at + this.speed * 1000)), this.speed);
  }
}
