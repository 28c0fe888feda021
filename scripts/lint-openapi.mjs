// Lints docs/openapi.json with Redocly's recommended rules; exits with 1 on any error or warning.
import { fileURLToPath } from "node:url";
import { createConfig, formatProblems, getTotals, lint } from "@redocly/openapi-core";

const config = await createConfig({ extends: ["recommended"] });
const problems = await lint({ ref: fileURLToPath(new URL("../docs/openapi.json", import.meta.url)), config });
const totals = getTotals(problems);
if (problems.length > 0) formatProblems(problems, { format: "stylish", totals });
process.exitCode = totals.errors + totals.warnings > 0 ? 1 : 0;
