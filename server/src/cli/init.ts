import { mkdir } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { nearestName } from "@featstore/definitions/compiler";
import { CommandProblem, type Config, listNames, packageVersion } from "../core/index";
import { createEngine, createFilesReader, type Engine } from "../engine/index";
import { exampleTable } from "./init/example-table";
import { packagesFrom } from "./init/packages";
import { type DefinitionChoices, type PlannedDefinition, planDefinition, populationOf } from "./init/plan-definition";
import { describeFiles, filesTieBreak, type NamedFiles, namedFiles, placeFiles } from "./init/plan-files";
import type { TableDescription } from "./init/plan-population";
import { projectFiles } from "./init/project-files";
import { parseTableName, type TableName } from "./init/table-name";
import { writeFiles } from "./init/write-files";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { isDatabaseAtHand, openCommandDatabase } from "./kit/open-command-database";
import { configOf } from "./kit/session";

export const init = defineFeatstoreCommand({
  name: "init",
  summary: "Scaffolds a project: configuration, a definition on your table, a test",
  args: {
    folder: {
      type: "positional",
      description: "The folder (default: here); existing files are not changed",
      required: false,
    },
    table: {
      type: "string",
      description: `Your table, songs, music.songs or 'music."Song Plays"' (default: the sample's speeches)`,
      valueHint: "name",
    },
    engine: {
      type: "string",
      description: "With --path: the engine of your files; one that the settings lack is added to the project",
      valueHint: "name",
    },
    path: {
      type: "string",
      description: "With --engine: your Parquet files, a path or a pattern in quotes",
      valueHint: "path",
    },
    key: {
      type: "string",
      description: "The columns that identify a row's entity (default: id, or the only unique key)",
      valueHint: "columns",
    },
    time: {
      type: "string",
      description: "Its timestamp (default: created_at or the like, or the only one of rows that are only added)",
      valueHint: "column",
    },
    packages: { type: "string", description: "Install from the tarballs in this folder", valueHint: "folder" },
  },
  examples: [
    { line: "featstore init speeches --packages ../featstore/packages", does: "a project on the sample's table" },
    {
      line: "DATABASE_URL=postgres://localhost/music featstore init --table songs --key id --time created_at",
      does: "a project on your table, with its columns and types",
    },
    {
      line: "featstore init --engine lake --path 'plays/*.parquet' --key song_id --time played_at",
      does: "a project on your Parquet files; it needs no database",
    },
  ],
  run: async (args, io) => {
    const folder = resolve(io.workingFolder, args.folder ?? ".");
    const config = configOf(args, io);
    const isConfigured = config.database.kind === "postgres";
    const choices = { key: args.key, time: args.time };
    const named = namedFiles(args.engine, args.path, args.table);
    const { plan, exampleKey, roots } =
      named === undefined
        ? await planned(args.table, choices, config, io)
        : await plannedFiles(named, choices, config, io);
    const version = packageVersion();
    const packages =
      args.packages === undefined
        ? { definitionsPackage: version, serverPackage: version, clientPackage: version }
        : await packagesFrom(resolve(io.workingFolder, args.packages), folder);
    await mkdir(folder, { recursive: true });
    const files = await projectFiles({
      name: packageName(folder),
      plan,
      exampleKey,
      packages,
      usesSample: !isConfigured && named === undefined,
      roots: roots.map((root) => below(folder, root)),
    });
    const { written, unchanged } = await writeFiles(folder, files);
    return {
      json: { folder, written, unchanged, table: plan.table, view: `${plan.view}@1` },
      text: [
        ...written.map((name) => `wrote  ${name}`),
        ...unchanged.map((name) => `kept   ${name}, which exists already`),
        "",
        `Next: ${folder === io.workingFolder ? "" : `cd ${args.folder} && `}npm install && npm run check && npm test`,
        "README.md explains the next steps.",
      ].join("\n"),
    };
  },
});

interface Planned {
  readonly plan: PlannedDefinition;
  /** The parts of a key that exists in the table; null if the table is empty or may not be read. */
  readonly exampleKey: readonly string[] | null;
  /** The folders and buckets that the engine of files may read; empty for a table. */
  readonly roots: readonly string[];
}

async function plannedFiles(
  named: NamedFiles,
  choices: DefinitionChoices,
  config: Config,
  io: CommandIo,
): Promise<Planned> {
  const { settings, ...files } = placeFiles(named, config, io.workingFolder);
  io.stderr(`Reading the columns of ${named.path}…\n`);
  const reader = createFilesReader(files.engine, settings);
  const description = await describeFiles(reader, files);
  const planned = planDefinition(description, choices);
  const { partitions } = description.files ?? { partitions: [] };
  const relation = { kind: "files", ...files, ...(partitions.length === 0 ? {} : { partitions }) } as const;
  const exampleKey = await reader.exampleKey(
    relation,
    planned.key.map(({ column }) => column),
  );
  const plan = { ...planned, tieBreak: await filesTieBreak(reader, relation, planned) };
  return { plan, exampleKey, roots: settings.roots };
}

async function planned(
  table: string | undefined,
  choices: DefinitionChoices,
  config: Config,
  io: CommandIo,
): Promise<Planned> {
  if (table === undefined && config.database.kind === "embedded")
    return { plan: planDefinition(exampleTable, choices), exampleKey: ["1"], roots: [] };
  if (table === undefined)
    throw new CommandProblem({
      code: "table_required",
      what: "a database is configured, but no table for the definition",
      advice: "name it: --table songs",
      exit: "usage",
    });
  if (!(await isDatabaseAtHand(config)))
    throw new CommandProblem({
      code: "database_required",
      what: `cannot read the columns of ${table} without a database`,
      where: "--table",
      advice: "set DATABASE_URL, or leave --table out to start with the sample's speeches",
      exit: "configuration",
    });
  io.stderr(`Reading the columns of ${table}…\n`);
  const { database, close } = await openCommandDatabase(config);
  try {
    const engine = createEngine(database, config);
    const name = parseTableName(table);
    const { description, tableNames } = await describeTable(engine, name);
    if (description === undefined) {
      const qualifiedName = [...(name.schema === null ? [] : [name.schema]), name.table].join(".");
      const nearest = nearestName(qualifiedName, tableNames);
      throw new CommandProblem({
        code: "table_not_found",
        what: `unknown table or view ${table}${nearest === null ? "" : `; did you mean "${nearest}"?`}`,
        where: "--table",
        advice: tableNames.length > 0 ? `there are: ${listNames(tableNames, qualifiedName)}` : undefined,
      });
    }
    const references = populationOf(description, choices);
    const listing = references && (await describeTable(engine, references));
    const plan = planDefinition(
      description,
      choices,
      references && listing?.description && listing.isReadable
        ? { description: listing.description, columns: references.columns }
        : undefined,
    );
    const key = plan.key.map(({ column }) => column);
    return { plan, exampleKey: await engine.exampleKey(description, key), roots: [] };
  } finally {
    await close();
  }
}

interface DescribedTable {
  /** Undefined if the table does not exist. */
  readonly description: TableDescription | undefined;
  readonly isReadable: boolean;
  readonly tableNames: readonly string[];
}

async function describeTable(engine: Pick<Engine, "describe">, { schema, table }: TableName): Promise<DescribedTable> {
  const { relations, tableNames } = await engine.describe([{ kind: "table", schema, table }]);
  const [found] = relations;
  if (found?.state !== "found") return { description: undefined, isReadable: false, tableNames };
  const { columns, uniqueKeys, primaryKey = [], foreignKeys = [], isReadable } = found;
  const description = { schema: found.schema ?? "", table, columns, uniqueKeys, primaryKey, foreignKeys };
  return { description, isReadable, tableNames };
}

/** Returns a folder as the settings of a project name it: relative if the project contains it. */
function below(project: string, root: string): string {
  const way = relative(project, root);
  return root.startsWith("s3://") || way.startsWith("..") ? root : way === "" ? "." : way;
}

/** Derives a package name that npm accepts. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "features" : name;
}
