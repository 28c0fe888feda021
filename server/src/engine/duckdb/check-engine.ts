import { access, constants, rm, stat } from "node:fs/promises";
import { isBucketPath } from "@featstore/definitions/compiler";
import { quoteText } from "../../database/index";
import { EngineError } from "../engine-error";
import {
  neededExtensions,
  type OpenEngine,
  openEngine,
  openOperationFolder,
  stagingFault,
  withDuckdb,
} from "./process/index";

/** The result for one part of an engine. */
export interface EngineCheck {
  readonly part: "package" | "staging" | "settings" | "root";
  readonly isOk: boolean;
  readonly found: string;
  readonly advice?: string;
}

const DEADLINE_MS = 20_000;

/**
 * Checks what an engine's operations need: DuckDB's package, its extensions, the staging folder, a PostgreSQL, folders and
 * buckets. Reads no row.
 */
export async function checkEngine(engine: OpenEngine): Promise<readonly EngineCheck[]> {
  const staging = await checkStaging(engine);
  // The package is loaded with a session, which works in the staging folder.
  if (!staging.isOk) return [staging];
  const version = await checkPackage(engine);
  if (!version.isOk) return [staging, version];
  const opened = await checkSettings(engine);
  const roots: EngineCheck[] = [];
  // Without the credentials or the extension, no bucket can be read.
  for (const root of engine.settings.roots)
    if (opened.isOk || !isBucketPath(root))
      roots.push(await (isBucketPath(root) ? checkBucket : checkFolder)(engine, root));
  return [staging, version, opened, ...roots];
}

/** Creates a folder there as operations do. */
async function checkStaging(engine: OpenEngine): Promise<EngineCheck> {
  try {
    await rm(await openOperationFolder(engine), { recursive: true });
    return { part: "staging", isOk: true, found: engine.settings.staging };
  } catch (error) {
    const cause = error instanceof EngineError ? error.cause : error;
    return { part: "staging", isOk: false, ...(await stagingFault(engine, cause)) };
  }
}

async function checkPackage({ name, settings }: OpenEngine): Promise<EngineCheck> {
  const bare = openEngine(name, { ...settings, url: null, roots: [] });
  try {
    const [row] = await withDuckdb(bare, { deadlineMs: DEADLINE_MS, isShort: true }, (session) =>
      session.rows<{ version: string }>("select version() as version"),
    );
    return { part: "package", isOk: true, found: `DuckDB ${row?.version}` };
  } catch (error) {
    return { part: "package", isOk: false, found: detailOf(error) };
  }
}

/** Opens a session, which loads the extensions, reads the credentials of buckets and connects to the PostgreSQL. */
async function checkSettings(engine: OpenEngine): Promise<EngineCheck> {
  try {
    await withDuckdb(engine, { deadlineMs: DEADLINE_MS, isShort: true }, async () => undefined);
    const names = neededExtensions(engine.settings).join(", ");
    const found = names === "" ? "no extension is needed" : `${names} in ${engine.settings.extensions}`;
    return { part: "settings", isOk: true, found };
  } catch (error) {
    const isExtension = error instanceof EngineError && error.code === "engine_extension_missing";
    return {
      ...{ part: "settings", isOk: false, found: detailOf(error) },
      ...(isExtension
        ? {
            advice:
              "the PyPI packages duckdb-extension-httpfs and duckdb-extension-postgres-scanner have the files, in exactly DuckDB's version",
          }
        : {}),
    };
  }
}

async function checkFolder({ name }: OpenEngine, root: string): Promise<EngineCheck> {
  try {
    if (!(await stat(root)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
    await access(root, constants.R_OK | constants.X_OK);
    return { part: "root", isOk: true, found: root };
  } catch (error) {
    const advice = `create the folder, or correct engines.${name}.roots`;
    return { part: "root", isOk: false, found: `${root} is not readable (${codeOf(error)})`, advice };
  }
}

async function checkBucket(engine: OpenEngine, root: string): Promise<EngineCheck> {
  try {
    await withDuckdb(engine, { deadlineMs: DEADLINE_MS, isShort: true }, (session) =>
      session.rows(`select file from glob(${quoteText(`${root}/*`)}) limit 1`),
    );
    return { part: "root", isOk: true, found: root };
  } catch (error) {
    const advice = `check engines.${engine.name}.s3_endpoint, the credentials, and their right to list the bucket`;
    return { part: "root", isOk: false, found: `${root}: ${detailOf(error)}`, advice };
  }
}

/** Errors of engines and deadlines have messages of their own; others may quote anything. */
function detailOf(error: unknown): string {
  if (error instanceof EngineError) return error.detail;
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
