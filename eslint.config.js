import js from "@eslint/js";
import globals from "globals";

const rules = {
  eqeqeq: "error",
  curly: ["error", "multi-line"],
  "no-shadow": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "no-var": "error",
  "prefer-const": ["error", { destructuring: "all" }],
  "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
  "no-implicit-coercion": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-else-return": "error",
  "no-throw-literal": "error",
  "no-self-compare": "error",
  "no-unneeded-ternary": "error",
  "no-useless-concat": "error",
  "no-useless-return": "error",
  "no-lonely-if": "error",
  "no-console": ["error", { allow: ["debug"] }],
  "default-param-last": "error",
  "object-shorthand": "error",
  "prefer-template": "error",
  "prefer-object-spread": "error",
  "max-len": ["error", { code: 200 }],
};

export default [
  { ignores: [".venv/", "node_modules/"] },
  js.configs.recommended,
  { rules },
  { files: ["app/stage/static/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**/*.js"], languageOptions: { globals: globals.node } },
];
