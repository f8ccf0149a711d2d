/** An alert is on the wall a moment after it was opened: the relay gives it its frame. */
const SOON = 1500;

/** The moment at which an alert opened at `at` is seen. */
export const announced = (at: number): number => at + SOON;
