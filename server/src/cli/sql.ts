import { subjectOfDefinitions, subjectOfRegistry } from "../reference/index";
import { findVersion, splitReference } from "../registry/index";
import { defineFeatstoreCommand } from "./kit/command";
import { loadUserDefinitions, requireLoaded } from "./kit/load-user-definitions";
import { configOf, withDatabase } from "./kit/session";

interface PrintedSql {
  readonly view: string;
  readonly version: number;
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

export const sql = defineFeatstoreCommand({
  name: "sql",
  summary: "Prints the SQL that a view compiles to, with its parameters",
  args: {
    view: { type: "positional", description: "view or view@2; without a version the newest", required: true },
    registry: { type: "boolean", description: "The SQL stored in the registry, which materialize runs" },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore sql speech_sentiment", does: "compiled from the definition files" },
    { line: "featstore sql speech_sentiment@2 --registry", does: "as it was applied" },
  ],
  run: async (args, io) => {
    const [name, pinned] = splitReference(args.view);
    const config = configOf(args, io);
    const subject =
      args.registry === true
        ? await withDatabase(args, io, "require", async ({ registry }) =>
            subjectOfRegistry(await registry.snapshot(), []),
          )
        : subjectOfDefinitions(requireLoaded(await loadUserDefinitions(args, config, io)), config.engines);
    const { view, sql: text, parameters } = findVersion(subject, name, pinned, { evenRetired: true });
    const printed: PrintedSql = { view: name, version: view.version, sql: text, parameters };
    return { json: printed, text: sqlText(printed) };
  },
});

function sqlText({ view, version, sql: text, parameters }: PrintedSql): string {
  const comments = [
    `-- ${view}@${version}`,
    "-- $1: the as-of time, as 2026-01-01T00:00:00.000000Z",
    ...parameters.map(
      (parameter, index) => `-- $${index + 2}: ${parameter === null ? "null" : JSON.stringify(parameter)}`,
    ),
  ];
  return [...comments, text].join("\n");
}
