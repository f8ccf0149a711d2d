import "../../tokens/fonts.css";
import "../../tokens/wall.css";
import "./styles/base.css";
import "./styles/bar.css";
import "./styles/banner.css";
import "./styles/grid.css";
import "./styles/tiles.css";
import "./styles/panes.css";
import "./styles/map.css";
import "./styles/mapLegend.css";
import "./styles/lists.css";
import "./styles/alarms.css";
import "./styles/incident.css";
import "./styles/foot.css";
import "./styles/dialog.css";
import "./styles/desk.css";
import "./styles/narrow.css";

import { App } from "./app";
import { type Clock, ServerClock } from "./clock";
import { readConfig, socketUrl } from "./config";
import { listen, listenToArrows } from "./keyboard";
import { Link, SUBPROTOCOL } from "./link";
import { loadMessages, type Messages, plainMessages } from "./messages";
import { onRefused } from "./refused";
import { applyLook } from "./theme";
import type { TileKind, WallConfig } from "./types";

/** Seconds that the first picture waits for its words. */
const WORDS = 3;

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
  });

/** The catalogue, however often it takes. */
async function words(url: string): Promise<Messages> {
  for (let wait = 1; ; wait = Math.min(30, wait * 2)) {
    try {
      return await loadMessages(url);
    } catch {
      await pause(wait);
    }
  }
}

function connect(app: App, config: WallConfig): Link {
  const link = new Link({
    url: socketUrl(config.wsUrl),
    board: config.board,
    layout: config.layout.version,
    open: (url) => new WebSocket(url, SUBPROTOCOL),
    receive: app.receive,
    position: app.position,
    onStatus: (status) => {
      if (status === "lost") app.say(app.messages.t("Link lost: the figures on this wall are growing old"));
      app.schedule();
    },
    onRefused: (code) => {
      onRefused(code, config.user.role);
    },
    clock: () => performance.now() / 1000,
    random: Math.random,
    later: (run, seconds) => {
      const timer = setTimeout(run, 1000 * seconds);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  addEventListener("online", () => {
    link.wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") link.wake();
  });
  return link;
}

/** Resolves when the first picture is on the screen, or soon after where the browser doesn't tell. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2000);
    new PerformanceObserver((list, observer) => {
      if (list.getEntriesByName("first-contentful-paint").length === 0) return;
      observer.disconnect();
      resolve();
    }).observe({ type: "paint", buffered: true });
  });
}

/** The map is a chunk of its own, fetched once the tiles are on the screen. */
async function drawMap(app: App, config: WallConfig, drawn: ReadonlySet<TileKind>): Promise<void> {
  if (!drawn.has("map")) return;
  try {
    const { WallMap } = await import("./map/map");
    app.setMap(await WallMap.create(app.mapHost, config.unitsUrl, app.messages));
  } catch {
    app.setMap(null);
  }
}

/** Plotly comes after everything else: a board's figures and lists are read before its curves. */
async function drawCharts(app: App, drawn: ReadonlySet<TileKind>): Promise<void> {
  if (!drawn.has("chart") && !drawn.has("curve")) return;
  try {
    if (drawn.has("curve")) app.setCurve(new (await import("./incident/curveChart")).CurveChart(document));
    const { Charts } = await import("./charts/charts");
    app.setCharts(new Charts(document));
  } catch {
    app.say(app.messages.t("The charts could not be drawn on this screen."));
  }
}

/** Wakes at the server's whole second, so that every screen's clock changes together. */
function everySecond(clock: Clock, run: () => void): void {
  setTimeout(
    () => {
      run();
      everySecond(clock, run);
    },
    1000 - (clock.now() % 1000) + 5,
  );
}

async function start(): Promise<void> {
  const config = readConfig();
  const root = document.querySelector<HTMLElement>("#wall");
  const sheet = document.querySelector<HTMLDialogElement>("#sheet");
  if (!root || !sheet) throw new Error("the page has no #wall or #sheet");
  const drawn = new Set(config.layout.tiles.map(({ kind }) => kind));
  const past = config.replay ? await import("./replay/main") : null;
  const clock = past && config.replay ? past.clockOf(config.replay) : new ServerClock(config.now);
  const app = new App(config, plainMessages(config.language), clock, root, sheet);
  applyLook(app.relook);
  if (past) past.begin(app, config, clock);
  else (app.link = connect(app, config)).connect();
  const catalogue = words(config.messagesUrl);
  void catalogue.then((messages) => {
    app.messages = messages;
    app.relook();
  });
  await Promise.race([catalogue, pause(WORDS)]);
  listen(
    {
      acknowledge: app.acknowledgeShown,
      next: () => {
        app.next(1);
      },
      previous: () => {
        app.next(-1);
      },
      why: app.openWhy,
      shelve: app.shelveShown,
      mute: app.mute,
      since: () => {
        app.open({ kind: "since" });
      },
      help: () => {
        app.open({ kind: "keys" });
      },
    },
    () => app.lettersOn(),
  );
  listenToArrows(document.body);
  app.start();
  everySecond(clock, app.tick);
  document.fonts.addEventListener("loadingdone", app.relook);
  await painted();
  await Promise.all([drawMap(app, config, drawn), drawCharts(app, drawn)]);
}

void start();
