import type { WallConfig } from "./types";

/** Reads what the page handed over; without it there is no wall. */
export function readConfig(): WallConfig {
  const element = document.getElementById("wall-config");
  if (!element?.textContent) throw new Error("the page has no wall-config");
  return JSON.parse(element.textContent) as WallConfig;
}

/** Roles that watch only. */
const WATCHERS = new Set(["kiosk", "auditor", "anonymous", "replay"]);

export const mayAcknowledge = (role: string): boolean => !WATCHERS.has(role);

/** `/ws/wall/` or a whole address, as the websocket wants it. */
export const socketUrl = (url: string): string => {
  const absolute = new URL(url, location.href);
  absolute.protocol = absolute.protocol.replace("http", "ws");
  return absolute.href;
};
