import { hourOf } from "../format";

/** What a screen's people chose for its sound; kept by the browser, so it belongs to the screen and not to a person. */
export interface Sound {
  /** One screen of a room sounds; the others stay silent. */
  on: boolean;
  /** 0.1 to 1. */
  day: number;
  night: number;
}

export const SILENT: Sound = { on: false, day: 0.7, night: 0.4 };
export const VOLUMES = [0.2, 0.4, 0.7, 1] as const;

/** The night's volume holds from 22:00 to 06:00 in the province. */
const isNight = (hour: number): boolean => hour >= 22 || hour < 6;

export const volumeAt = (sound: Sound, now: number): number => (isNight(hourOf(now)) ? sound.night : sound.day);
