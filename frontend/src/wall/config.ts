import type { WallConfig } from "./types";

/** Reads what the page handed over; without it there is no wall. */
export function readConfig(): WallConfig {
  const element = document.getElementById("wall-config");
  if (!element?.textContent) throw new Error("the page has no wall-config");
  return JSON.parse(element.textContent) as WallConfig;
}

/** What is shown was once, and is not now: nothing is done to it, and it doesn't sound. */
export const isPast = (config: WallConfig): boolean => config.replay != null;

/** Nobody stands at an unattended screen, and its account reaches nothing but the wall. */
export const isAttended = (config: WallConfig): boolean => !config.user.role.endsWith("kiosk");

/** Whether the person may do a verb to alerts, as the server's table says. */
export const may = (config: WallConfig, verb: "acknowledge" | "shelve"): boolean => !isPast(config) && config.user.may.includes(verb);

/** `/ws/wall/` or a whole address, as the websocket wants it. */
export const socketUrl = (url: string): string => {
  const absolute = new URL(url, location.href);
  absolute.protocol = absolute.protocol.replace("http", "ws");
  return absolute.href;
};
