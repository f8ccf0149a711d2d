import { backoff, type Socket } from "../link";
import type { ServerMessage } from "../types";

/** A heartbeat or snapshot of a replay also says what time it is meanwhile (`real`) and whether it has reached it. */
export interface Meanwhile {
  real?: string;
  ended?: boolean;
}

export interface StreamOptions {
  url: string;
  board: string;
  open: (url: string) => Socket;
  receive: (message: ServerMessage & Meanwhile) => void;
  /** The moment to go on from when the socket broke, milliseconds. */
  at: () => number;
  onStatus: (status: StreamStatus) => void;
  onRefused: (code: number) => void;
  random: () => number;
  later: (run: () => void, seconds: number) => () => void;
}

export type StreamStatus = "reading" | "shown" | "broken";

const DONE = 1000;
const REFUSED = new Set([4401, 4403, 4404, 4409, 4416]);

/** One socket into the past. A broken one is opened again at the moment reached by then. */
export class Stream {
  status: StreamStatus = "reading";
  private socket: Socket | null = null;
  private tries = 0;
  private cancel: (() => void) | null = null;
  private speed = 0;

  constructor(private readonly options: StreamOptions) {}

  /** Shows a moment and plays on from it; speed 0 shows a still picture. */
  show(at: number, speed: number): void {
    this.stop();
    this.speed = speed;
    this.say("reading");
    const query = new URLSearchParams({ board: this.options.board, at: new Date(at).toISOString(), speed: String(speed) });
    const socket = this.options.open(`${this.options.url}?${query.toString()}`);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.take(data);
    };
    socket.onclose = ({ code }) => {
      this.closed(code);
    };
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private take(data: string): void {
    const message = JSON.parse(data) as ServerMessage & Meanwhile;
    this.tries = 0;
    this.say("shown");
    this.options.receive(message);
  }

  private closed(code: number): void {
    this.socket = null;
    if (code === DONE) return;
    if (REFUSED.has(code)) {
      this.options.onRefused(code);
      return;
    }
    this.say("broken");
    this.cancel = this.options.later(
      () => {
        this.show(this.options.at(), this.speed);
      },
      backoff(this.tries, this.options.random()),
    );
    this.tries += 1;
  }

  private say(status: StreamStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.options.onStatus(status);
  }
}
