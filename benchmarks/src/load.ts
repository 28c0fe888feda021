import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { findWrk } from "./machine";

const script = join(import.meta.dirname, "../floors/http/requests.lua");
const autocannonProgram = join(import.meta.dirname, "../floors/http/autocannon.mjs");

export interface LoadRequest {
  readonly origin: string;
  /** A file with lines of method, path, key and body, separated by tabs; sent in turn. */
  readonly requestsFile: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Connection errors, timeouts and answers outside 200–299. */
  readonly failures: number;
  /** Milliseconds at full load: of a saturated server, not a service level. */
  readonly p50: number;
  readonly p99: number;
}

/** Drives load from outside the server's process, with wrk if it is installed, else with autocannon. */
export function drive(request: LoadRequest): Promise<LoadResult> {
  const wrk = findWrk();
  return wrk === undefined ? driveByAutocannon(request) : driveByWrk(wrk, request);
}

async function driveByWrk(
  wrk: string,
  { origin, requestsFile, connections, seconds }: LoadRequest,
): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(wrk, [
    "--threads=1",
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    "--timeout=10s",
    `--script=${script}`,
    origin,
    "--",
    requestsFile,
  ]);
  const [, text] = /@result (\{.*\})/.exec(stdout) ?? [];
  if (text === undefined) throw new Error(`wrk printed no result: ${stdout}`);
  const result: Record<
    "requests" | "microseconds" | "connect" | "read" | "write" | "status" | "timeout" | "p50" | "p99",
    number
  > = JSON.parse(text);
  return {
    requestsPerSecond: result.requests / (result.microseconds / 1e6),
    requests: result.requests,
    failures: result.connect + result.read + result.write + result.status + result.timeout,
    p50: result.p50 / 1_000,
    p99: result.p99 / 1_000,
  };
}

async function driveByAutocannon(request: LoadRequest): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [autocannonProgram, JSON.stringify(request)]);
  return JSON.parse(stdout) as LoadResult;
}
