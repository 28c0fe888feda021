import { rm, stat } from "node:fs/promises";
import { type Call, type CallOptions, startCall } from "../../../database/index";
import type { TextRow, ToChild } from "./child-messages";
import { type DuckdbProcess, startDuckdb } from "./child-process";
import { duckdbFailure } from "./duckdb-failure";
import { namedFiles, pathsIn } from "./named-files";
import type { OpenEngine } from "./open-engine";
import { openOperationFolder } from "./operation-folder";
import { pipedRows } from "./piped-rows";
import { sessionSettings } from "./session-settings";

export interface OperationOptions extends CallOptions {
  /** Folders besides the engine's roots that its statements may read and write. They exist. */
  readonly folders?: readonly string[];
  /** Extensions besides those that the engine's settings need. */
  readonly extensions?: readonly string[];
  /** Set if the operation reads little, such as schemas: it does not wait for one that computes. Default: false. */
  readonly isShort?: boolean;
}

export interface StatementOptions extends CallOptions {
  /** The values of `$1`, `$2`, … as texts, which the statement casts. */
  readonly parameters?: readonly (string | null)[];
}

/** DuckDB in a process of its own. Statements run one after another; a statement that fails does not end the session. */
export interface DuckdbSession {
  /**
   * Runs a statement with a small result. Values are DuckDB's texts, or null. The binding drops a U+FEFF at the start of a text:
   * select texts of rows as JSON.
   */
  rows<Row extends object = Readonly<Record<string, string | null>>>(
    text: string,
    options?: StatementOptions,
  ): Promise<readonly Row[]>;
  /** Runs a statement without a result, such as `copy … to`. */
  run(text: string, options?: StatementOptions): Promise<void>;
  /**
   * Runs a query and yields its rows as bytes; a chunk may end anywhere. `csv` is the form that `Database.copyFrom` loads: no
   * header, an empty field is null, and an empty text is quoted. `json` is one object per line.
   */
  stream(query: string, format: "csv" | "json", options?: StatementOptions): AsyncIterable<Uint8Array>;
}

const LARGE_SHARE = 3 / 4;
const SHORT_SHARE = 1 / 4;
/** How long an interrupted statement may take to end before the process is killed. */
const INTERRUPT_MS = 2000;

/**
 * Runs an operation in a DuckDB of its own, which may read the engine's roots and `folders` and nothing else, and is ended
 * afterwards. Waits until the engine has memory for it; an operation must not start another one of the same size.
 * Errors: `EngineError`; `DatabaseError` with `aborted` or `deadline_exceeded`.
 *
 * @example await withDuckdb(lake, { deadlineMs: 30_000, isShort: true }, (duckdb) => duckdb.rows("select 1 as one"))
 */
export async function withDuckdb<Result>(
  engine: OpenEngine,
  { folders = [], extensions = [], isShort = false, ...options }: OperationOptions,
  body: (session: DuckdbSession) => Promise<Result>,
): Promise<Result> {
  const call = startCall(options);
  const [semaphore, share] = isShort ? [engine.short, SHORT_SHARE] : [engine.large, LARGE_SHARE];
  try {
    const release = await semaphore.acquire(call);
    try {
      const folder = await openOperationFolder(engine);
      try {
        const settings = await sessionSettings(engine, { folder, folders, extensions, share });
        const [root = folder] = settings.allowed;
        const base = (await stat(root).catch(() => undefined))?.isDirectory() === true ? root : folder;
        return await inProcess(startDuckdb(engine.name, base), call, async (duckdb) => {
          const opened = await duckdb.ask({ kind: "open", session: settings });
          if (opened.kind === "failed") throw duckdbFailure(engine.name, opened);
          return body(sessionOf(engine.name, duckdb, folder));
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    } finally {
      release();
    }
  } finally {
    call.end();
  }
}

async function inProcess<Result>(
  duckdb: DuckdbProcess,
  call: Call,
  work: (duckdb: DuckdbProcess) => Promise<Result>,
): Promise<Result> {
  try {
    return await call.race(work(duckdb));
  } finally {
    await duckdb.kill();
  }
}

function sessionOf(engine: string, duckdb: DuckdbProcess, folder: string): DuckdbSession {
  let streams = 0;

  async function answerOf(message: Extract<ToChild, { kind: "run" }>): Promise<readonly TextRow[]> {
    const answer = await duckdb.ask(message);
    if (answer.kind === "done") return answer.rows;
    const paths = pathsIn(message.text);
    throw duckdbFailure(engine, answer, { paths, files: await namedFiles(duckdb, paths, answer.message) });
  }

  async function statement(text: string, { parameters = [], ...options }: StatementOptions, wantsRows: boolean) {
    const call = startCall(options);
    // Statements are answered in order, so this one may not have begun: then nothing but its end is left to wait for.
    let kill: NodeJS.Timeout | undefined;
    const stop = call.onAbort(() => {
      duckdb.interrupt();
      kill = setTimeout(() => void duckdb.kill(), INTERRUPT_MS);
    });
    const answered = answerOf({ kind: "run", text, parameters, wantsRows }).finally(() => {
      stop();
      clearTimeout(kill);
    });
    try {
      return await call.race(answered);
    } finally {
      call.end();
    }
  }

  return {
    rows: async <Row extends object>(text: string, options: StatementOptions = {}) =>
      (await statement(text, options, true)) as readonly Row[], // the caller names its columns
    run: async (text, options = {}) => {
      await statement(text, options, false);
    },
    stream(query, format, options = {}) {
      streams += 1;
      return pipedRows(query, { format, path: `${folder}/stream-${streams}` }, (text) =>
        statement(text, options, false),
      );
    },
  };
}
