import { DatabaseError } from "../../../database/index";
import { EngineError, type EngineErrorCode } from "../../engine-error";
import type { Purpose, RemoteFailure } from "./remote-failure";
import { SparkError } from "./spark-error";

export interface FailedCall {
  /** The name of the engine. */
  readonly engine: string;
  /** Host and port of its server. */
  readonly place: string;
  readonly purpose: Purpose;
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: EngineErrorCode;
  readonly detail?: (call: FailedCall, failure: RemoteFailure) => string;
}

/** The meanings of messages whose class says too little. The first match counts. */
const rules: readonly Rule[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: "engine_disk_full",
    detail: ({ engine }) => `A disk of engine "${engine}" has no room left for what Spark moves out of memory.`,
  },
  {
    pattern:
      /OutOfMemory|Java heap space|GC overhead limit|UNABLE_TO_ACQUIRE_MEMORY|Total size of serialized results|exit(?:ed with)? code (?:52|137)/,
    code: "engine_out_of_memory",
    detail: ({ engine }) =>
      `A statement needs more memory than an executor or the driver of engine "${engine}" has. Spark's page of executors shows which.`,
  },
  {
    pattern:
      /ClassNotFoundException|NoClassDefFoundError|UnsupportedFileSystemException|DATA_SOURCE_NOT_FOUND|Cannot find catalog plugin class/,
    code: "engine_extension_missing",
    detail: ({ engine }, { message }) =>
      `Spark of engine "${engine}" lacks a jar, such as those for Iceberg or S3: ${firstLine(message)}`,
  },
  {
    pattern: /AccessDenied|NoSuchBucket|Forbidden|S3Exception/,
    code: "engine_source_failed",
    detail: ({ engine }, { message }) =>
      `The object storage refuses what Spark of engine "${engine}" does${placeIn(message)}: check the credentials that the cluster has, and their rights.`,
  },
  {
    pattern: /FAILED_READ_FILE|FileNotFoundException|PATH_NOT_FOUND|is not a Parquet file/,
    code: "engine_source_failed",
  },
];

const LOST = /SparkContext (?:was|has been) shut ?down|stopped SparkContext|SparkContext is stopped/;

/** Converts a failure of a call to the error that the caller gets. */
export function sparkFailure(call: FailedCall, failure: RemoteFailure): EngineError | DatabaseError {
  const { engine, place, purpose } = call;
  const { errorClass = "", message, status } = failure;
  if (errorClass.startsWith("OPERATION_CANCELED"))
    return new DatabaseError("aborted", "The statement was interrupted.");
  if (failure.isCut || failure.reason !== undefined || LOST.test(message)) {
    return purpose === "operation"
      ? new EngineError(
          "engine_lost",
          `The driver of engine "${engine}" at ${place} ended during a statement, or the connection to it is lost.`,
        )
      : new EngineError(
          "engine_unavailable",
          `The server of engine "${engine}" at ${place} ${failure.reason ?? "does not answer"}.`,
        );
  }
  if (status === "unauthenticated" || status === "permission_denied")
    return new EngineError(
      "engine_unavailable",
      `The server of engine "${engine}" at ${place} rejects the token of engines.${engine}.url.`,
    );
  if (status === "unimplemented")
    return new EngineError(
      "engine_unavailable",
      `${place}, the address of engine "${engine}", is no Spark Connect server.`,
    );
  if (errorClass.startsWith("INVALID_HANDLE"))
    return purpose === "operation"
      ? new EngineError(
          "engine_lost",
          `The server of engine "${engine}" at ${place} forgot the statement: it was restarted.`,
        )
      : new EngineError(
          "engine_session_expired",
          `The server of engine "${engine}" at ${place} no longer has the session.`,
        );
  if (status === "resource_exhausted")
    return new EngineError("engine_busy", `The server of engine "${engine}" at ${place} takes no more statements now.`);
  return statementFailure(call, failure);
}

function statementFailure(call: FailedCall, failure: RemoteFailure): SparkError {
  const rule = rules.find(({ pattern }) =>
    pattern.test(`${failure.errorClass} ${failure.exception} ${failure.message}`),
  );
  const detail =
    rule?.detail?.(call, failure) ?? `Spark rejected a statement of engine "${call.engine}": ${plainText(failure)}`;
  return new SparkError(rule?.code ?? "engine_statement_failed", detail, failure);
}

/** Only of messages that are about classes. */
function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").slice(0, 300);
}

/** The path that a message of S3A is about. Before it makes a folder, it names the key alone. */
function placeIn(message: string): string {
  const [path] = /s3a:\/\/[^\s`',:]+|\S+\/_temporary\/\S*/.exec(message) ?? [];
  return path === undefined ? "" : ` at ${path.replace(/:$/, "")}`;
}

/** The text of a failure without values of rows: only errors about the statement itself show Spark's message. */
function plainText({ errorClass, sqlState, message, exception, position }: RemoteFailure): string {
  const state = sqlState === undefined ? "" : ` (SQLSTATE ${sqlState})`;
  const [first = ""] = message.split(/\n\s*\n|\n==|; line \d+ pos \d+;|\sSQLSTATE: /);
  const isAboutText = sqlState?.startsWith("42") === true;
  const name = errorClass ?? exception ?? "an error without a class";
  const text = isAboutText ? first.replaceAll(/\s*\n\s*/g, " ").trim() : `[${name}]`;
  const place =
    position === undefined || position.fragment === "" ? "" : `, at ${JSON.stringify(position.fragment.slice(0, 200))}`;
  return `${text}${state}${place}`;
}
