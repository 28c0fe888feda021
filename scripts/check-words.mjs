// Refuses private words in code, comments, tests and documents: CONTRIBUTING.md says what to write instead.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./toolchain.mjs";

const folders = [
  "feature-definitions",
  "server",
  "sdk/typescript",
  "sdk/python",
  "benchmarks",
  "scripts",
  "samples",
  "docs",
  "migrations",
  "examples",
];
const pages = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];
const refused =
  /[wW]itness|readMarks?\b|\bpast-?[sS]tore|\bpastMoment|\bfill(?:ing|er)\b|FilledBy|\bletIn\b|\bgiveBack\b|\bturnAway\b|\bheeds?\b|\bstandIn|\b(?:MOST|LONGEST|FEWEST)_|\bmost[A-Z]|\b(?:un)?told\b|\basked\b|\b[wW]hoever\b|\botherwise than\b|\boftener\b|\bgladly\b|\b[aA]s in 0\d{3}\b/;

/** Names in the database and in stored JSON, which no code can rename, and words of users. By file, what may stand there. */
const allowed = {
  "feature-definitions/src/compile/strategies/running-rows.ts": /names\("asked"\)/,
  "feature-definitions/test/compile/point-in-time.test.ts": /featstore\.asked|table: "asked"/,
  "feature-definitions/test/compile/point-in-time-law.test.ts": /"asked"/,
  "server/src/training-sets/output/training-manifest.ts": /asked: requested/,
  "server/src/audit/audit-store.ts": /witnesses/,
  "migrations/tables/11-audit.sql": /witnesses/,
  "migrations/functions/erase_computed_answers.sql": /witnesses/,
  "migrations/functions/keep_computed_answers.sql": /witnesses/,
  "server/src/serving/online-store/redis/bucket-layout.ts": /":filler"/,
  "server/test/acceptance/audit-services.test.ts": /witnesses|"Who asked for it"/,
  "server/test/cli/erase.test.ts": /asked for/,
  "server/test/materialization/backfill/backfill.test.ts": /only asked/,
  "server/test/materialization/database-defaults.test.ts": /\basked\b/,
  "server/test/erasure/erase.test.ts": /asked for/,
  "server/test/scheduling/killed-leader-order.ts": /"filling"/,
  "server/test/scheduling/killed-leader.test.ts": /"filling"/,
  "server/test/scheduling/killed-leader-child.ts": /"filling"/,
  "server/test/serving/online-store/redis/redis-online-store.test.ts": /dead:filler/,
  "scripts/check-words.mjs": /./,
};

const files = [
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter(
        (file) =>
          /\.(?:ts|tsx|mjs|py|sql|md)$/.test(file) &&
          !/(?:^|\/)(?:node_modules|dist|generated|results|golden|\.venv|build)\//.test(file),
      )
      .map((file) => join(folder, file)),
  ),
  ...pages,
];
let count = 0;
for (const file of files) {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  lines.forEach((line, index) => {
    // Of Markdown the prose: code spans name what the code has.
    const text = file.endsWith(".md") ? line.replaceAll(/`[^`]*`/g, "") : line;
    const found = refused.exec(text);
    if (found === null || allowed[file]?.test(line)) return;
    count++;
    console.error(`${relative(".", join(root, file))}:${index + 1}: "${found[0]}": ${line.trim().slice(0, 120)}`);
  });
}
process.exitCode = count > 0 ? 1 : 0;
