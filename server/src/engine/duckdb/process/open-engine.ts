import type { EngineSettings } from "../../../core/index";
import { createSemaphore, type Semaphore } from "../../../database/index";
import type { LocateTable } from "../../located-table";
import { type S3Credentials, s3Credentials } from "./s3-credentials";

/** An engine of the settings, opened once per process, so that its operations wait for each other. */
export interface OpenEngine {
  readonly name: string;
  readonly settings: EngineSettings;
  /** Admits one operation at a time, with three quarters of the engine's memory. */
  readonly large: Semaphore;
  /** Admits one short operation at a time beside it, with the other quarter. */
  readonly short: Semaphore;
  readonly http: { readonly timeoutSeconds: number; readonly retries: number };
  /** Errors: `engine_unavailable` if there are none. */
  credentials(): Promise<S3Credentials>;
  /** Null: the engine has no catalogs of Iceberg tables. */
  readonly locateTable: LocateTable | null;
}

export interface OpenEngineOptions {
  /** Default: 20 seconds without a response, 3 repetitions. */
  readonly http?: OpenEngine["http"];
  /** Default: those of the AWS SDK. */
  readonly credentials?: OpenEngine["credentials"];
  /** Default: null. */
  readonly locateTable?: LocateTable;
}

/**
 * Opens an engine: `openEngine("lake", config.engines.lake)`. Starts nothing. That of a Spark engine reads the same files, and loads what
 * Spark has computed.
 */
export function openEngine(name: string, settings: EngineSettings, options: OpenEngineOptions = {}): OpenEngine {
  const one = () => createSemaphore({ permits: 1, queueLimit: Number.POSITIVE_INFINITY });
  return {
    ...{ name, settings: settings.kind === "spark" ? { ...settings, url: null } : settings },
    ...{ large: one(), short: one() },
    http: options.http ?? { timeoutSeconds: 20, retries: 3 },
    credentials: options.credentials ?? (() => s3Credentials(name, settings.s3)),
    locateTable: options.locateTable ?? null,
  };
}
