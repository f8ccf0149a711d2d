import { expect, test } from "vitest";

import { looksPersonal } from "./casework";

test("mobile numbers and citizens' numbers are personal, an office's number and a ticket's code are not", () => {
  for (const words of ["Chị Hoa, 0905 000 742", "gọi 0905000742 nhé", "+84905000742", "CCCD 066190001234"]) {
    expect(looksPersonal(words), words).toBe(true);
  }
  for (const words of ["0999.1022", "PX-26-11898", "nắp 850×850", "ngày 22/11/2026", ""]) {
    expect(looksPersonal(words), words).toBe(false);
  }
});
