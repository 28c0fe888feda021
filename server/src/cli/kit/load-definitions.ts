import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import * as definitionsPackage from "@featstore/definitions";
import { collectDefinitions, type Definitions } from "@featstore/definitions/compiler";
import { createJiti, type Jiti } from "jiti";
import { definitionFiles } from "./definition-files";

/** Why a definition file could not be loaded, and where. */
export interface LoadFault {
  readonly code: "definitions_not_found" | "definition_syntax" | "definition_import" | "definition_threw";
  /** Relative to the working folder. */
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
  readonly suggestion: string;
}

export interface LoadedDefinitions {
  readonly definitions: Definitions;
  /** The matched files, relative to the working folder. */
  readonly files: readonly string[];
  /** The file of each definition, relative to the working folder; keyed by `speech_sentiment@2`, a dataset by its name. */
  readonly fileOf: ReadonlyMap<string, string>;
  readonly faults: readonly LoadFault[];
}

export interface LoadedModules {
  readonly modules: readonly LoadedModule[];
  readonly faults: readonly LoadFault[];
}

export interface LoadedModule {
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * Loads the user's definition files and collects what they define. Never throws for errors in a file: each file that
 * cannot be loaded yields a fault with its position, and the others are still loaded.
 *
 * @example await loadDefinitions("definitions", process.cwd())
 */
export async function loadDefinitions(pattern: string, workingFolder: string): Promise<LoadedDefinitions> {
  const files = await definitionFiles(pattern, workingFolder);
  if (files.length === 0) return { ...nothing, faults: [notFound(pattern)] };
  const { modules, faults, every } = await load(files, workingFolder);
  const fileOf = new Map<string, string>();
  // The index comes first because it re-exports definitions: the last file to export one is its own.
  for (const module of [...every].sort((left, right) => Number(isIndex(right.file)) - Number(isIndex(left.file)))) {
    const found = collectDefinitions([module.exports]);
    for (const definition of [...found.featureViews, ...found.featureServices])
      fileOf.set(`${definition.name}@${definition.version}`, module.file);
    for (const { name } of found.datasets ?? []) fileOf.set(name, module.file);
  }
  return {
    definitions: collectDefinitions(modules.map((module) => module.exports)),
    files: files.map((file) => relative(workingFolder, file)),
    fileOf,
    faults,
  };
}

/**
 * Loads test files as modules. Imports of `@featstore/definitions` and its `testing` entry resolve to the copies
 * bundled with this program.
 */
export async function loadTestModules(files: readonly string[], workingFolder: string): Promise<LoadedModules> {
  // Imported on demand: it includes a whole PostgreSQL, which no other command should wait for.
  const testing = await import("@featstore/definitions/testing");
  return load(files, workingFolder, { "@featstore/definitions/testing": testing });
}

const nothing = {
  definitions: { featureViews: [], featureServices: [] },
  files: [],
  fileOf: new Map<string, string>(),
};

function notFound(pattern: string): LoadFault {
  return {
    code: "definitions_not_found",
    file: pattern,
    line: null,
    message: "no definition file found",
    suggestion: "run featstore init, or set definitions in featstore.config.yaml",
  };
}

async function load(
  files: readonly string[],
  workingFolder: string,
  alsoKnown: Readonly<Record<string, unknown>> = {},
) {
  const jiti = createJiti(pathToFileURL(join(workingFolder, "/")).href, {
    fsCache: false,
    virtualModules: { "@featstore/definitions": definitionsPackage, ...alsoKnown },
  });
  const before = new Set(Object.keys(jiti.cache));
  const modules: LoadedModule[] = [];
  const faults: LoadFault[] = [];
  try {
    for (const file of files) {
      try {
        const exports = await jiti.import<Readonly<Record<string, unknown>>>(file);
        modules.push({ file: relative(workingFolder, file), exports });
      } catch (error) {
        faults.push(await faultOf(error, file, workingFolder));
      }
    }
    return { modules, faults, every: loadedSince(jiti, before, workingFolder) };
  } finally {
    // The cache belongs to the process: a second load must see edits made since.
    for (const file of Object.keys(jiti.cache)) if (!before.has(file)) delete jiti.cache[file];
  }
}

function loadedSince(jiti: Jiti, before: ReadonlySet<string>, workingFolder: string): LoadedModule[] {
  return Object.entries(jiti.cache).flatMap(([file, module]) => {
    const exports: unknown = module?.exports;
    if (before.has(file) || file.includes("node_modules") || typeof exports !== "object" || exports === null) return [];
    return [{ file: relative(workingFolder, file), exports: { ...exports } }];
  });
}

function isIndex(file: string): boolean {
  return /(^|[\\/])index\.[mc]?[jt]s$/.test(file);
}

async function faultOf(error: unknown, path: string, workingFolder: string): Promise<LoadFault> {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const at = (file: string, line: number | null) => ({ file: relative(workingFolder, file), line });
  const syntax = /ParseError:?\s*([\s\S]*?)\s*\n\s*(\S.*?):(\d+):(\d+)\s*$/.exec(message);
  if (syntax !== null)
    return {
      code: "definition_syntax",
      ...at(syntax[2] ?? path, Number(syntax[3])),
      message: `${syntax[1] ?? "the file is not TypeScript"} (column ${syntax[4]})`,
      suggestion: "correct the syntax; an editor marks the error",
    };
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message);
  if (missing !== null) {
    const importer = /Require stack:\s*\n- (.+)/.exec(message)?.[1] ?? path;
    const name = missing[1] ?? "";
    return {
      code: "definition_import",
      ...at(importer, await lineOf(importer, name)),
      message: `cannot find "${name}"`,
      suggestion: name.startsWith(".") ? "correct the path" : `install it: npm install ${name}`,
    };
  }
  const frame = stack
    .split("\n")
    .map((line) => /\(?((?:file:\/\/)?[^()\s]*?):(\d+):\d+\)?$/.exec(line))
    .find((match) => match?.[1]?.includes(workingFolder) === true && !match[1].includes("node_modules"));
  return {
    code: "definition_threw",
    ...at(
      frame?.[1]?.replace(/^file:\/\//, "") ?? path,
      frame === undefined || frame === null ? null : Number(frame[2]),
    ),
    message,
    suggestion:
      "the file threw an error while it was loaded; tsc shows wrong names and types, and two files may import each other",
  };
}

async function lineOf(file: string, text: string): Promise<number | null> {
  const content = await readFile(file, "utf8").catch(() => "");
  const line = content
    .split("\n")
    .findIndex((candidate) => candidate.includes(`"${text}"`) || candidate.includes(`'${text}'`));
  return line < 0 ? null : line + 1;
}
