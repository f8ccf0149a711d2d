import { expect, it } from "vitest";

import { final } from "./outbox";
import { fitted } from "./photo";

it("a photograph is drawn at 1,600 pixels at most, in its own shape", () => {
  expect(fitted(4000, 3000)).toEqual([1600, 1200]);
  expect(fitted(3000, 4000)).toEqual([1200, 1600]);
  expect(fitted(800, 600)).toEqual([800, 600]);
  expect(fitted(100_000, 1)).toEqual([1600, 1]);
});

it("a refusal is final, a failing server is asked again", () => {
  expect([200, 404, 409, 410, 422].every(final)).toBe(true);
  expect([408, 429, 500, 502, 503].some(final)).toBe(false);
});
