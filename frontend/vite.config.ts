import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// django-vite finds an entry by its path below this folder ("src/wall/main.ts") in dist/manifest.json,
// and everything built is served below /static/.
export default defineConfig({
  root: here("."),
  base: "/static/",
  build: {
    outDir: here("./dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // The portal's oldest phones run Chrome 80; the wall shares the build.
    target: ["chrome80", "firefox78", "safari14"],
    // Fonts stay files: a data address can't be cached apart, and a strict Content-Security-Policy refuses it.
    assetsInlineLimit: 0,
    // MapLibre and Plotly are chunks of their own, loaded after tiles and tables are shown.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: {
      input: {
        wall: here("./src/wall/main.ts"),
        report: here("./src/report/main.ts"),
        citizen: here("./src/citizen/main.ts"),
        tickets: here("./src/tickets/main.ts"),
        screen: here("./src/screen/main.ts"),
        explore: here("./src/explore/main.ts"),
        phone: here("./src/phone/main.ts"),
      },
    },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
  },
});
