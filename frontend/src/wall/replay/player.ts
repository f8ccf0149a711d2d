import type { ServerClock } from "../clock";
import type { ServerMessage } from "../types";
import type { ReplayClock } from "./clock";
import type { Meanwhile, Stream } from "./stream";

export const SPEEDS = [1, 60, 600] as const;
export type Speed = (typeof SPEEDS)[number];

export interface PlayerOptions {
  clock: ReplayClock;
  /** What time it really is. */
  real: ServerClock;
  stream: Pick<Stream, "show" | "stop">;
  earliest: number;
  /** Takes a message into the wall's state. */
  receive: (message: ServerMessage) => void;
  /** The moment or the way of playing changed by a person's hand, or the end came. */
  changed: () => void;
}

/** A replay ends so long before now: what is younger may not be stored yet. */
const LAG = 3000;

/** What a person does to time: play, pause, jump. The moment shown is the clock's. */
export class Player {
  speed: Speed = 60;
  playing = false;
  /** The present was reached while playing. */
  ended = false;

  constructor(private readonly options: PlayerOptions) {}

  get at(): number {
    return this.options.clock.now();
  }

  /** The latest moment that can be shown now. */
  get latest(): number {
    return this.options.real.now() - LAG;
  }

  readonly play = (): void => {
    if (this.at >= this.latest) return;
    this.playing = true;
    this.show(this.at);
  };

  readonly pause = (): void => {
    this.playing = false;
    this.options.clock.set(this.at, 0);
    this.options.stream.stop();
    this.options.changed();
  };

  readonly toggle = (): void => {
    if (this.playing) this.pause();
    else this.play();
  };

  readonly setSpeed = (speed: Speed): void => {
    this.speed = speed;
    if (this.playing) this.show(this.at);
    else this.options.changed();
  };

  /** Jumps, within what was recorded. */
  readonly seek = (at: number): void => {
    this.show(Math.max(this.options.earliest, Math.min(at, this.latest)));
  };

  readonly receive = (message: ServerMessage & Meanwhile): void => {
    if (message.real !== undefined) this.options.real.sample(message.real);
    this.options.receive(message);
    if (message.ended && this.playing) {
      this.pause();
      this.ended = true;
      this.options.changed();
    }
  };

  private show(at: number): void {
    this.ended = false;
    const speed = this.playing ? this.speed : 0;
    this.options.clock.set(at, speed);
    this.options.stream.show(at, speed);
    this.options.changed();
  }
}
