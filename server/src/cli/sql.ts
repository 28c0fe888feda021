import type { Definitions, FeatureView } from "@featstore/definitions/compiler";
import { CommandProblem, suggest } from "../core/index";
import { viewQuery } from "../engine/index";
import type { RegistrySnapshot } from "../registry/index";
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
    const [name = "", pinned] = args.view.split("@");
    const printed =
      args.registry === true
        ? await withDatabase(args, io, "require", async ({ registry }) =>
            registered(await registry.snapshot(), name, pinned),
          )
        : compiled(requireLoaded(await loadUserDefinitions(args, configOf(args, io), io)), name, pinned);
    return { json: printed, text: sqlText(printed) };
  },
});

function compiled({ featureViews }: Definitions, name: string, pinned: string | undefined): PrintedSql {
  const named = featureViews.filter((view) => view.name === name);
  if (named.length === 0) throw notFound(name, new Set(featureViews.map((view) => view.name)), "the definitions");
  const view = chosen(
    named,
    pinned,
    named.map(({ version }) => version),
    name,
  );
  const { text, parameters } = viewQuery(view);
  return { view: name, version: view.version, sql: text, parameters };
}

function registered({ featureViews }: RegistrySnapshot, name: string, pinned: string | undefined): PrintedSql {
  const versions = featureViews.get(name);
  if (versions === undefined) throw notFound(name, featureViews.keys(), "the registry");
  const all = [...versions.versions.values()];
  const requested = pinned ?? String(versions.promoted);
  const view = chosen(
    all.map((entry) => entry.view),
    requested,
    [...versions.versions.keys()],
    name,
  );
  const entry = versions.versions.get(view.version);
  if (entry === undefined) throw new TypeError("the version was chosen among these");
  return { view: name, version: view.version, sql: entry.sql, parameters: entry.parameters };
}

function chosen(
  views: readonly FeatureView[],
  pinned: string | undefined,
  versions: readonly number[],
  name: string,
): FeatureView {
  const version = pinned === undefined ? Math.max(...versions) : Number(pinned);
  const view = views.find((candidate) => candidate.version === version);
  if (view !== undefined) return view;
  throw new CommandProblem({
    code: "feature_view_version_not_found",
    what: `"${name}" has no version ${pinned}`,
    advice: `there are: ${versions.join(", ")}`,
  });
}

function notFound(name: string, known: Iterable<string>, where: string): CommandProblem {
  return new CommandProblem({
    code: "feature_view_not_found",
    what: `unknown feature view "${name}" in ${where}${suggest(name, known)}`,
  });
}

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
