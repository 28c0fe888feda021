import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** Limits that Featstore's engine and the bare DuckDB share. */
export interface DuckdbLimits {
  readonly threads: number;
  readonly memoryMb: number;
}

export interface BareOrder extends DuckdbLimits {
  /** Relative paths are below it. */
  readonly folder: string;
  readonly extensions?: readonly string[];
  /** Statements that are not measured. */
  readonly prepare?: readonly string[];
  readonly statement: string;
}

export interface BareAnswer {
  readonly milliseconds: number;
  readonly processorMs: number;
  /** Of the process, from its start. */
  readonly peakMebibytes: number;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** Runs a statement in a DuckDB without anything of Featstore, in a process of its own. */
export async function bareDuckdb(order: BareOrder): Promise<BareAnswer> {
  const program = fileURLToPath(new URL("./run-statement.mjs", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "pipe"] });
  // With standard input, the address of a database does not stand in the list of processes.
  child.stdin.end(JSON.stringify({ extensions: [], prepare: [], ...order }));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (out === "") throw new Error(`DuckDB failed: ${errors.trim()}\n${order.statement}`);
  return JSON.parse(out) as BareAnswer; // written by the program
}
