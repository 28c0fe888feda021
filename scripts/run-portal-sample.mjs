// Runs a program of server/test/portal/support from source: node scripts/run-portal-sample.mjs <program> [arguments…].
import { fileURLToPath } from "node:url";

const { createJiti } = await import(new URL("../server/node_modules/jiti/lib/jiti.mjs", import.meta.url).href);
const [program, ...rest] = process.argv.slice(2);
process.argv.splice(2, Number.POSITIVE_INFINITY, ...rest);
const jiti = createJiti(import.meta.url, {
  // The cache does not know the next option.
  fsCache: false,
  // As in tsconfig.base.json.
  jsx: { runtime: "automatic", importSource: "hono/jsx" },
});
await jiti.import(fileURLToPath(new URL(`../server/test/portal/support/${program}.ts`, import.meta.url)));
