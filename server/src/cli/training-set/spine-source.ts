import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import type { ParquetThread } from "../../columnar/index";
import { CommandProblem } from "../../core/index";
import { DatabaseError } from "../../database/index";
import type { Engine } from "../../engine/index";
import {
  csvSpine,
  jsonLinesSpine,
  jsonRowsSpine,
  parquetSpine,
  refuseSpine,
  type SpineLimits,
  type SpineReader,
  type TrainingFormat,
} from "../../training-sets/index";
import type { CommandIo } from "../kit/command";

const SQL_DEADLINE_MS = 600_000;
const TOO_MANY_COLUMNS = "54011";

const formats: Readonly<Record<string, TrainingFormat>> = {
  ".parquet": "parquet",
  ".csv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
};

/** Returns the format of a file by its extension. */
export function formatOf(path: string, option: string): TrainingFormat {
  const format = formats[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new CommandProblem({
    code: "format_unknown",
    what: `expected a file name that ends with ${Object.keys(formats).join(", ")}, got "${path}"`,
    where: option,
    exit: "usage",
  });
}

interface SpineReading {
  readonly limits: SpineLimits;
  readonly parquet: ParquetThread;
  /** The engines besides PostgreSQL, by name. */
  readonly engines?: Readonly<Record<string, unknown>>;
}

/**
 * Opens the spine of `--spine` or `--sql`. `lake:spines/*.parquet` are files of the engine `lake`. A query runs in a read-only
 * transaction, for at most ten minutes.
 */
export async function spineSource(
  args: { readonly spine?: string | undefined; readonly sql?: string | undefined },
  engine: Pick<Engine, "readQuery" | "readSpine">,
  { limits, parquet, engines = {} }: SpineReading,
  io: Pick<CommandIo, "workingFolder" | "signal">,
): Promise<SpineReader> {
  if ((args.spine === undefined) === (args.sql === undefined))
    throw new CommandProblem({
      code: "spine_required",
      what: "expected either --spine or --sql",
      exit: "usage",
    });
  if (args.sql !== undefined) {
    const query = args.sql.replace(/[;\s]+$/, "");
    // Ignore quoted text, quoted names and comments.
    const syntax = query.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
    if (
      !/^\s*\(*\s*(?:select|with|values|table)\b/i.test(syntax) ||
      /\b(?:insert\s+into|delete\s+from|update\s+\S+\s+set|merge\s+into)\b|;/i.test(syntax)
    )
      throw new CommandProblem({
        code: "query_not_select",
        what: "expected a single read-only select",
        where: "--sql",
        advice: "write select …, or with … select …, with the entity's key and the as-of time among the columns",
        exit: "usage",
      });
    const rows = engine.readQuery(query, { deadlineMs: SQL_DEADLINE_MS, signal: io.signal });
    return jsonRowsSpine(refusalsNamed(rows, limits), (index) => `row ${index + 1}`, true, limits);
  }
  const [, name = "", files = ""] = /^([a-z][a-z0-9_]*):(.+)$/s.exec(args.spine ?? "") ?? [];
  if (Object.hasOwn(engines, name)) {
    const rows = engine.readSpine({ engine: name, path: files }, { signal: io.signal });
    return jsonRowsSpine(rows, (index) => `row ${index + 1}`, true, limits);
  }
  const path = resolve(io.workingFolder, args.spine ?? "");
  const format = formatOf(path, "--spine");
  if (!(await stat(path).catch(() => undefined))?.isFile())
    throw new CommandProblem({ code: "file_not_found", what: `file "${args.spine}" does not exist`, where: "--spine" });
  if (format === "csv") return csvSpine(createReadStream(path), limits);
  if (format === "jsonl") return jsonLinesSpine(createReadStream(path), limits);
  return parquetSpine(parquet, path, limits, { signal: io.signal });
}

/** Reports PostgreSQL's errors as faults of the query; a missing privilege has its own advice. */
async function* refusalsNamed(rows: AsyncIterable<string>, limits: SpineLimits): AsyncGenerator<string> {
  try {
    yield* rows;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === TOO_MANY_COLUMNS)
      refuseSpine(
        "spine_too_wide",
        "--sql",
        `it has more columns than PostgreSQL gives in a row, 1664, or than training_sets.columns allows, ${limits.columns}`,
      );
    if (!(error instanceof DatabaseError) || error.code !== "statement_failed" || error.sqlState === "42501")
      throw error;
    throw new CommandProblem(
      {
        code: "query_failed",
        what: `PostgreSQL rejected the query: ${error.message}`,
        where: "--sql",
        advice: `SQLSTATE ${error.sqlState ?? "unknown"}; try the query in psql`,
      },
      { cause: error },
    );
  }
}

/** Checks `--out` before anything is computed. Errors: `file_unwritable` if its folder is missing or not writable. */
export async function checkOut(path: string): Promise<void> {
  const folder = dirname(path);
  const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() === true;
  const isWritable =
    isFolder &&
    (await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    ));
  if (isWritable) return;
  throw new CommandProblem({
    code: "file_unwritable",
    what: isFolder ? `cannot write files in "${folder}"` : `folder "${folder}" does not exist`,
    where: "--out",
    advice: isFolder ? "choose another folder" : "create it, or choose another",
  });
}
