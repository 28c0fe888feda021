import { compileView, dialects, type EngineKind, engineKind, engineOf } from "@featstore/definitions/compiler";
import { CommandProblem } from "../core/index";
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
    engine: {
      type: "string",
      description: "The kind of engine: postgres, duckdb or spark; default: that of the view's source",
      valueHint: "kind",
    },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore sql speech_sentiment", does: "compiled from the definition files" },
    { line: "featstore sql speech_sentiment@2 --registry", does: "as it was applied" },
    { line: "featstore sql speech_sentiment --engine spark", does: "as a Spark cluster would run it" },
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
    const { view, sql, parameters } = findVersion(subject, name, pinned, { evenRetired: true });
    const requested = args.engine === undefined ? null : kindNamed(args.engine);
    const { text, parameters: own } =
      requested === null ? { text: sql, parameters } : compileView(dialects[requested], view);
    const printed: PrintedSql = { view: name, version: view.version, sql: text, parameters: own };
    return { json: printed, text: sqlText(printed, requested ?? engineKind(engineOf(view.source), config.engines)) };
  },
});

function kindNamed(name: string): EngineKind {
  if (isKind(name)) return name;
  throw new CommandProblem({
    code: "engine_unknown",
    what: `unknown kind of engine "${name}"`,
    where: "--engine",
    advice: `there are: ${Object.keys(dialects).join(", ")}`,
    exit: "usage",
  });
}

function isKind(name: string): name is EngineKind {
  return Object.hasOwn(dialects, name);
}

function sqlText({ view, version, sql: text, parameters }: PrintedSql, kind: EngineKind): string {
  const { placeholder } = dialects[kind];
  const comments = [
    `-- ${view}@${version}`,
    `-- ${placeholder(1)}: the as-of time, as 2026-01-01T00:00:00.000000Z`,
    ...parameters.map(
      (parameter, index) => `-- ${placeholder(index + 2)}: ${parameter === null ? "null" : JSON.stringify(parameter)}`,
    ),
  ];
  return [...comments, text].join("\n");
}
