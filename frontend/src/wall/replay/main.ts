import "./replay.css";
import "./panel.css";
import "./track.css";

import type { App } from "../app";
import { type Clock, ServerClock } from "../clock";
import { socketUrl } from "../config";
import { SUBPROTOCOL } from "../link";
import { onRefused } from "../refused";
import type { Replay, WallConfig } from "../types";
import { ReplayClock } from "./clock";
import { listen } from "./keys";
import { Player, SPEEDS } from "./player";
import { Room } from "./room";
import { Stream } from "./stream";

/** Milliseconds between two looks of what stands around the recorded wall. */
const LOOK = 250;

export const clockOf = (replay: Replay): ReplayClock => new ReplayClock(replay.at ?? replay.now);

/** Puts the recorded wall into its frame and plays the moment that the address names. */
export function begin(app: App, config: WallConfig, clock: Clock): void {
  const { replay } = config;
  if (!replay || !(clock instanceof ReplayClock)) return;
  document.documentElement.classList.add("replay");
  const real = new ServerClock(replay.now);
  const stream: Stream = new Stream({
    url: socketUrl(config.wsUrl),
    board: config.board,
    open: (url) => new WebSocket(url, SUBPROTOCOL),
    receive: (message) => {
      player.receive(message);
    },
    at: () => player.at,
    onStatus: () => {
      room.draw();
    },
    onRefused: (code) => {
      onRefused(code, config.user.role);
    },
    random: Math.random,
    later: (run, seconds) => {
      const timer = setTimeout(run, 1000 * seconds);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  const player: Player = new Player({
    clock,
    real,
    stream,
    earliest: Date.parse(replay.earliest ?? replay.now),
    receive: app.receive,
    changed: () => {
      app.schedule();
      room.moved();
    },
  });
  const room: Room = new Room({ app, config, replay, player, real, stream });
  if (replay.at !== null) start(player, replay);
  room.open();
  setInterval(() => {
    if (player.playing) app.schedule();
    room.draw();
  }, LOOK);
  listen(player, room, () => app.lettersOn());
}

function start(player: Player, replay: Replay): void {
  const speed = SPEEDS.find((one) => one === replay.speed);
  if (speed) player.speed = speed;
  player.playing = speed !== undefined;
  player.seek(player.at);
}
