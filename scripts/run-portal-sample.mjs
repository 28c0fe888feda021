// Runs a program of server/test/portal/support from source: node scripts/run-portal-sample.mjs <program> [arguments…].
import { fileURLToPath } from "node:url";
import { createJiti } from "../server/node_modules/jiti/lib/jiti.mjs";

const [program, ...rest] = process.argv.slice(2);
process.argv.splice(2, Number.POSITIVE_INFINITY, ...rest);
const jiti = createJiti(import.meta.url, {
  // The cache does not know the next option.
  fsCache: false,
  // As in server/tsconfig.json.
  jsx: { runtime: "automatic", importSource: "hono/jsx" },
});
await jiti.import(fileURLToPath(new URL(`../server/test/portal/support/${program}.ts`, import.meta.url)));
