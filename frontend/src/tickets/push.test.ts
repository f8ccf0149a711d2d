import { expect, test } from "vitest";

import { bytesOf, nameOf } from "./push";

test("a key of base64url becomes its bytes, padded or not", () => {
  expect([...bytesOf("AAEC")]).toEqual([0, 1, 2]);
  expect([...bytesOf("-_8")]).toEqual([251, 255]);
  expect([...bytesOf("_w==")]).toEqual([255]);
});

test("a browser is called by its own name and the device it is on", () => {
  const tail = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";
  expect(nameOf(`Mozilla/5.0 (Linux; Android 14) ${tail}`)).toBe("Chrome · Android");
  expect(nameOf("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0")).toBe("Edge · Windows");
  expect(nameOf("curl/8")).toBe("Browser");
});
