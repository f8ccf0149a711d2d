import js from "@eslint/js";
import tseslint from "typescript-eslint";

const WORKERS = ["self", "caches", "indexedDB", "fetch", "FormData", "URL", "setTimeout"];

export default tseslint.config(
  { ignores: ["dist*/", "node_modules/"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      complexity: ["error", 10],
      "max-lines": ["error", 400],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
  // served as they are: service workers, which see these
  { files: ["public/*.js"], languageOptions: { globals: Object.fromEntries(WORKERS.map((name) => [name, "readonly"])) } },
);
