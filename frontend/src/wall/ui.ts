import type { Ui } from "./view/context";

const LETTERS = "wall-letters";

/** What a screen knows by itself before anybody has chosen anything; the switch of the letters is remembered. */
export const newUi = (): Ui => ({
  chosen: null,
  taken: null,
  acknowledging: null,
  notice: null,
  dialog: null,
  why: null,
  mapPanel: null,
  mapHost: Object.assign(document.createElement("div"), { className: "canvas", id: "map" }),
  mapFailed: false,
  units: null,
  unplaced: 0,
  rows: {},
  letters: localStorage.getItem(LETTERS) !== "off",
  announcement: "",
});

export const keepLetters = (on: boolean): void => {
  localStorage.setItem(LETTERS, on ? "on" : "off");
};
