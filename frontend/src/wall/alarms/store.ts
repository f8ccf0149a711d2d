import { LOUD, type Mute } from "./mute";
import { SILENT, type Sound } from "./volume";

/** What this screen remembers of its sound between two loads of the page. */
const SOUND = "wall-sound";
const MUTE = "wall-mute";

function kept(name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const number = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isFinite(value) ? value : otherwise;
const volume = (value: unknown, otherwise: number): number => Math.min(1, Math.max(0.1, number(value, otherwise)));

export function keptSound(): Sound {
  const { on, day, night } = kept(SOUND);
  return { on: on === true, day: volume(day, SILENT.day), night: volume(night, SILENT.night) };
}

export function keptMute(): Mute {
  const { all, critical } = kept(MUTE);
  return { all: number(all, LOUD.all), critical: number(critical, LOUD.critical) };
}

export const keepSound = (sound: Sound): void => {
  localStorage.setItem(SOUND, JSON.stringify(sound));
};

export const keepMute = (mute: Mute): void => {
  localStorage.setItem(MUTE, JSON.stringify(mute));
};
