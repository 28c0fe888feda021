import { DatabaseError } from "../../../database/index";
import { EngineError, type EngineErrorCode } from "../../engine-error";
import type { FailedStep } from "./child-messages";

interface Rule {
  readonly pattern: RegExp;
  readonly code: EngineErrorCode;
  /** The detail of the error. Default: DuckDB's own text. `message` may quote values of rows. */
  readonly detail?: (engine: string, text: string, message: string, read: FilesRead) => string;
}

/** The files that a failed statement reads. */
export interface FilesRead {
  /** Its paths and patterns. */
  readonly paths: readonly string[];
  /** Those of its files that the message quotes. */
  readonly files: readonly string[];
}

const NO_FILE = "No file matches";

/** Returns whether an operation failed because a path or pattern has no files. */
export function isNoFile(error: unknown): boolean {
  return error instanceof EngineError && error.detail.startsWith(NO_FILE);
}

/** The meanings of DuckDB's messages. The first match counts. */
const rules: readonly Rule[] = [
  {
    pattern: /max_temp_directory_size|failed to offload|No space left on device|Disk quota exceeded|File too large/,
    code: "engine_disk_full",
    detail: (engine) =>
      `The disk of engines.${engine}.staging has no room left for the files of engine "${engine}", or for what does not fit into its memory.`,
  },
  {
    pattern: /^Out of Memory Error/,
    code: "engine_out_of_memory",
    detail: (engine) =>
      `A statement of engine "${engine}" needs more memory than engines.${engine}.memory allows, and cannot move it to disk.`,
  },
  {
    pattern: /file system operations are disabled|^Permission Error/,
    code: "path_outside_roots",
    detail: (engine, text) =>
      `${fileOf(text) ?? "A path"} is outside of the roots of engine "${engine}": engines.${engine}.roots lists the folders and buckets that it may read.`,
  },
  {
    pattern:
      /^Missing Extension Error|Extension "[^"]*" (?:not found|could not be loaded)|requires the extension|autoload/,
    code: "engine_extension_missing",
  },
  { pattern: /^HTTP Error/, code: "engine_source_failed", detail: bucketDetail },
  {
    pattern: /error for HTTP [A-Z]+ to/,
    code: "engine_unavailable",
    detail: (engine, text, message) => {
      const [, reason = "no response"] = /^IO Error: (.*?) error for HTTP/.exec(text) ?? [];
      return `The S3 server of engine "${engine}" does not respond (${reason}): ${fileOf(message)?.split("?")[0] ?? "a bucket"}.`;
    },
  },
  {
    pattern: /No files found that match the pattern/,
    code: "engine_source_failed",
    detail: (_, text) => `${NO_FILE} ${fileOf(text) ?? "the path"}.`,
  },
  {
    // Of PostgreSQL, whose message may quote the address and the password.
    pattern:
      /unable to connect to postgres|connection to server|could not translate host name|password authentication failed/i,
    code: "engine_unavailable",
    detail: (engine) =>
      `The PostgreSQL of engines.${engine}.url cannot be reached, or it rejects the user name or the password.`,
  },
  {
    pattern:
      /schema mismatch in glob|failed to cast column|that are different types|No magic bytes|too small to be a Parquet|in file '|Error while reading file|hive partition|Hive partition mismatch|codec|encrypted/i,
    code: "engine_source_failed",
  },
  {
    // Thrift's and the decompressors' messages about damaged bytes name no file.
    pattern:
      /don't know what type|Variable-length int|TProtocolException|Invalid data|Parquet|Snappy|zstd|ZSTD|gzip|LZ4|Brotli|decompress|Failed to read (?:from|file)|footer|Out of buffer|page header|Could not read/,
    code: "engine_source_failed",
    detail: (_, text, _message, { files: [file], paths }) => {
      if (file !== undefined) return `${file} cannot be read (${text}).`;
      const place = paths.length === 0 ? "" : ` of ${paths.join(", ")}`;
      return `A Parquet file${place} is damaged (${text}).`;
    },
  },
  { pattern: /^IO Error/, code: "engine_source_failed" },
];

/** Converts a failure of DuckDB's process to the one error of engines. */
export function duckdbFailure(
  engine: string,
  { during, message }: { readonly during: FailedStep; readonly message: string },
  read: FilesRead = { paths: [], files: [] },
): EngineError | DatabaseError {
  switch (during) {
    case "package":
      return new EngineError(
        "engine_unavailable",
        `Engine "${engine}" needs the package @duckdb/node-api, which cannot be loaded: npm install @duckdb/node-api`,
      );
    case "extension":
      return new EngineError("engine_extension_missing", extensionDetail(engine, message));
    case "secret":
    case "attach":
      return new EngineError(
        "engine_unavailable",
        during === "attach"
          ? `The PostgreSQL of engines.${engine}.url cannot be reached, or it rejects the user name or the password.`
          : `DuckDB rejects the address or the credentials of engine "${engine}".`,
      );
    case "statement":
      return statementFailure(engine, message, read);
  }
}

function statementFailure(engine: string, message: string, read: FilesRead): EngineError | DatabaseError {
  if (message.startsWith("INTERRUPT Error")) return new DatabaseError("aborted", "The statement was interrupted.");
  const text = plainText(message, read.files);
  const rule = rules.find(({ pattern }) => pattern.test(message));
  if (rule === undefined) return new EngineError("engine_statement_failed", `DuckDB rejected a statement: ${text}`);
  return new EngineError(rule.code, rule.detail?.(engine, text, message, read) ?? text);
}

/** Errors about the statement's own text, or names of folders; all others may quote values of rows. */
const ABOUT_TEXT =
  /^(?:Binder|Catalog|Parser|Syntax|Not implemented) Error|^Invalid Input Error: Unable to cast '[^']*' \(from hive partition column '/;

/** Removes the excerpt of the statement, values of rows, and advice about DuckDB's settings. Names of `files` stay. */
function plainText(message: string, files: readonly string[]): string {
  const [first = ""] = message.split(/\n\s*\n|\nLINE \d+:|\nCandidate|\nPossible solutions|\nDid you mean/);
  const line = first.replaceAll(/\s*\n\s*/g, " ").replaceAll(/\?[^\s'"]*(?:X-Amz|Signature)[^\s'"]*/gi, "");
  if (ABOUT_TEXT.test(line)) return line;
  // The files first: their names may contain quotes.
  const names = new Set(files.map((file) => `'${file}'`));
  const quoted = new RegExp([...[...names].map(escaped), "'(?:[^']|'')*'"].join("|"), "g");
  return line.replaceAll(quoted, (whole) => (names.has(whole) ? whole : "'…'"));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** The first path that a message quotes, without quotes. */
function fileOf(text: string): string | undefined {
  return (
    /["']((?:\/|s3:\/\/|https?:\/\/|file:|[a-z0-9]+:\/\/)[^"']*)["']/.exec(text)?.[1] ?? /"([^"]+)"/.exec(text)?.[1]
  );
}

function bucketDetail(_: string, _text: string, message: string): string {
  const file = fileOf(message)?.split("?")[0] ?? "A file of the bucket";
  const status = /\(HTTP (\d{3})/.exec(message)?.[1];
  // `NoSuchBucket`, `AccessDenied`: the server's own code is a paragraph of its own.
  const code = /\n\s*\n([A-Z]\w+): /.exec(message)?.[1];
  const cause = [status === undefined ? [] : `HTTP ${status}`, code ?? []].flat().join(", ") || "no status";
  if (status === "403" || status === "401")
    return `${file} may not be read: the bucket rejects the credentials (${cause}).`;
  if (status === "404") return `${file} does not exist, or the credentials do not (${cause}).`;
  return `${file} cannot be read (${cause}).`;
}

function extensionDetail(engine: string, message: string): string {
  const path = fileOf(message) ?? "The file";
  const version = /built (?:specifically )?for DuckDB version '?v?([\w.]+)'?/i.exec(message)?.[1];
  if (version !== undefined)
    return `${path} is an extension for DuckDB ${version}, but engine "${engine}" runs another version: extensions are files of exactly its version.`;
  return `DuckDB's extension ${path} cannot be loaded: see engines.${engine}.extensions.`;
}
