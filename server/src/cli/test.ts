import { plural, reportedFault } from "./check/diagnostics-report";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { definitionTestFiles } from "./kit/definition-files";
import { loadTestModules } from "./kit/load-definitions";
import { configOf } from "./kit/session";

interface Outcome {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
  /** One line each. */
  readonly differences: readonly string[];
}

export const test = defineFeatstoreCommand({
  name: "test",
  summary: "Runs the tests of definitions, *.test.ts, on a PostgreSQL inside this process",
  args: {
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore test", does: "every test next to the definitions" },
    { line: "featstore test --json", does: "for a pipeline" },
  ],
  run: async (args, io) => {
    const config = configOf(args, io);
    const folder = args.definitions === undefined ? config.folder : io.workingFolder;
    const files = await definitionTestFiles(args.definitions ?? config.definitions, folder);
    const outcomes = await runFiles(files, folder, io.signal);
    const failures = outcomes.filter(({ passed }) => !passed).length;
    return {
      json: { passed: outcomes.length - failures, failed: failures, tests: outcomes },
      text: [
        ...outcomes.flatMap(outcomeLines),
        outcomes.length === 0
          ? "No tests found: export the result of defineTest from a *.test.ts file next to the definitions."
          : `${plural(outcomes.length - failures, "test")} passed, ${failures} failed`,
      ].join("\n"),
      exit: io.signal.aborted ? "interrupted" : failures > 0 ? "failed" : "ok",
    };
  },
});

async function runFiles(files: readonly string[], folder: string, signal: CommandIo["signal"]): Promise<Outcome[]> {
  if (files.length === 0) return [];
  const { modules, faults } = await loadTestModules(files, folder);
  const outcomes: Outcome[] = faults.map(reportedFault).map(({ file, line, message, code, suggestion }) => ({
    file: file ?? "",
    name: "the file cannot be loaded",
    passed: false,
    differences: [
      `${line === null ? "" : `line ${line}: `}${code}: ${message}`,
      ...(suggestion === null ? [] : [suggestion]),
    ],
  }));
  const { createTestDatabase, isFeatureTest, runTest } = await import("@featstore/definitions/testing");
  const database = createTestDatabase();
  try {
    for (const { file, exports } of modules)
      for (const candidate of Object.values(exports)) {
        if (!isFeatureTest(candidate) || signal.aborted) continue;
        outcomes.push({ file, ...(await runTest(database, candidate)) });
      }
  } finally {
    await database.close();
  }
  return outcomes;
}

function outcomeLines({ file, name, passed, differences }: Outcome): string[] {
  return [
    `${passed ? "passed" : "failed"}  ${file}: ${name}`,
    ...differences.map((difference) => `          ${difference}`),
  ];
}
