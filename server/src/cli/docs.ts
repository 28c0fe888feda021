import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkDefinitions, hasErrors } from "@featstore/definitions/compiler";
import { CommandProblem } from "../core/index";
import {
  buildReference,
  type ReferenceDocument,
  type ReferenceSubject,
  renderJson,
  renderMarkdown,
  subjectOfDefinitions,
  subjectOfRegistry,
} from "../reference/index";
import { diagnosticsText, reportedDiagnostic } from "./check/diagnostics-report";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { loadUserDefinitions, requireLoaded } from "./kit/load-user-definitions";
import { configOf, type SessionArguments, withDatabase } from "./kit/session";

interface Format {
  readonly file: string;
  readonly render: (document: ReferenceDocument, withSql: boolean) => string;
}

const formats: Readonly<Record<string, Format>> = {
  markdown: { file: "features.md", render: (document, withSql) => renderMarkdown(document, { withSql }) },
  json: { file: "features.json", render: (document) => renderJson(document) },
};

export const docs = defineFeatstoreCommand({
  name: "docs",
  summary: "Writes the feature reference: meaning, type, unit, range, lineage and versions of every feature",
  args: {
    views: {
      type: "positional",
      description: "view or view@2 (default: all, in their promoted versions)",
      required: false,
    },
    out: {
      type: "string",
      description: "The folder to write features.md and features.json into (default: stdout)",
      valueHint: "folder",
    },
    format: {
      type: "string",
      description: "One format only (default: both into a folder, markdown on stdout)",
      valueHint: "markdown|json",
    },
    sql: { type: "boolean", description: "Markdown with the SQL of each view; JSON always has it" },
    definitions: {
      type: "string",
      description: "Use these files, folder or glob instead of the registry; needs no database",
      valueHint: "path",
    },
  },
  rest: "views",
  examples: [
    { line: "featstore docs --out docs", does: "the whole registry, as Markdown and JSON" },
    { line: "featstore docs speech_sentiment@2 --format json", does: "one version, for a program" },
    { line: "featstore docs --definitions definitions --out docs", does: "before anything is applied" },
  ],
  run: async (args, io) => {
    const selected = formatsOf(args.format, args.out !== undefined);
    const subject = await subjectOf(args, io);
    const withSql = args.sql === true;
    const document = buildReference(subject, args._.length === 0 ? undefined : args._);
    if (args.out === undefined) {
      return { json: document, text: selected.map(({ render }) => render(document, withSql).trimEnd()).join("\n") };
    }
    const folder = resolve(io.workingFolder, args.out);
    const files = selected.map(({ file, render }) => ({ path: join(folder, file), text: render(document, withSql) }));
    await writeInto(folder, files);
    return {
      json: { paths: files.map(({ path }) => path) },
      text: selected.map(({ file }) => `Wrote ${join(args.out ?? "", file)}.`).join("\n"),
    };
  },
});

async function writeInto(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, text } of files) await writeFile(path, text);
  } catch (error) {
    throw new CommandProblem(
      {
        code: "folder_unusable",
        what: error instanceof Error ? error.message : String(error),
        where: "--out",
        advice: "name a folder that can be written to",
      },
      { cause: error },
    );
  }
}

function formatsOf(format: string | undefined, isFolder: boolean): readonly Format[] {
  const all = Object.values(formats);
  if (format === undefined) return isFolder ? all : all.slice(0, 1);
  const selected = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (selected !== undefined) return [selected];
  throw new CommandProblem({
    code: "format_unknown",
    what: `unknown format "${format}"`,
    where: "--format",
    advice: `there are: ${Object.keys(formats).join(", ")}`,
    exit: "usage",
  });
}

async function subjectOf(
  args: SessionArguments & { readonly definitions?: string | undefined },
  io: CommandIo,
): Promise<ReferenceSubject> {
  if (args.definitions === undefined) {
    return withDatabase(args, io, "require", async ({ registry }) =>
      subjectOfRegistry(await registry.snapshot(), await registry.history()),
    );
  }
  const config = configOf(args, io);
  const loaded = await loadUserDefinitions(args, config, io);
  const definitions = requireLoaded(loaded);
  const diagnostics = checkDefinitions(definitions).filter(({ severity }) => severity === "error");
  if (!hasErrors(diagnostics)) return subjectOfDefinitions(definitions, config.engines);
  throw new CommandProblem({
    code: "definitions_invalid",
    what: `the definitions break ${diagnostics.length === 1 ? "a rule" : `${diagnostics.length} rules`}`,
    where: args.definitions,
    advice: "run featstore check for details",
    details: diagnosticsText(diagnostics.map((each) => reportedDiagnostic(each, loaded.fileOf))).split("\n"),
  });
}
