import { access, realpath } from "node:fs/promises";
import { join } from "node:path";
import { duckdbMacros, isBucketPath } from "@featstore/definitions/compiler";
import { EngineError } from "../../engine-error";
import type { SecretParameters, SessionSettings } from "./child-messages";
import type { OpenEngine } from "./open-engine";

const EXTENSION = ".duckdb_extension";

/** The extensions that an engine's settings need. The parts that DuckDB contains, such as Parquet, are none. */
export function neededExtensions({ roots, url }: OpenEngine["settings"]): readonly string[] {
  return [...(roots.some(isBucketPath) ? ["httpfs"] : []), ...(url === null ? [] : ["postgres_scanner"])];
}

function extensionFile(folder: string, name: string): string {
  return join(folder, `${name}${EXTENSION}`);
}

/** Builds the settings of an operation's process. `folder` is its own, `folders` are further ones. */
export async function sessionSettings(
  engine: OpenEngine,
  operation: {
    readonly folder: string;
    readonly folders: readonly string[];
    readonly extensions: readonly string[];
    readonly share: number;
  },
): Promise<SessionSettings> {
  const { roots, memoryMb, threads } = engine.settings;
  return {
    memoryMb: Math.floor(memoryMb * operation.share),
    threads,
    spill: join(operation.folder, "spill"),
    allowed: await Promise.all([...roots.flatMap(rootsOf), operation.folder, ...operation.folders].map(realRoot)),
    extensions: await extensionsOf(engine, operation.extensions),
    http: engine.http,
    s3: roots.some(isBucketPath) ? await s3Secret(engine) : null,
    postgres: engine.settings.url === null ? null : postgresSource(engine.settings.url.reveal()),
    home: await homeOf(roots, operation.folder),
    macros: duckdbMacros,
  };
}

/** A relative path of a source is below the first root. If that is a bucket, `folder`, which has no sources, is in its place. */
async function homeOf([first]: readonly string[], folder: string): Promise<string> {
  return first === undefined || isBucketPath(first) ? folder : await realRoot(first);
}

/** DuckDB compares real paths. A root that is gone stays as it is: what is read below it is reported as missing. */
export async function realRoot(root: string): Promise<string> {
  return isBucketPath(root) ? root : await realpath(root).catch(() => root);
}

/** The files of a bucket are also named as Hadoop's file system names them, in the metadata of Iceberg tables. */
function rootsOf(root: string): readonly string[] {
  return isBucketPath(root) ? [root, root.replace(/^s3:/, "s3a:")] : [root];
}

async function extensionsOf({ name, settings }: OpenEngine, more: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const extension of [...neededExtensions(settings), ...more]) {
    const missing = (reason: string) =>
      new EngineError("engine_extension_missing", `Engine "${name}" needs DuckDB's extension ${extension}: ${reason}.`);
    if (settings.extensions === null) throw missing(`set engines.${name}.extensions to the folder that has its file`);
    const file = extensionFile(settings.extensions, extension);
    await access(file).catch(() => {
      throw missing(`${file} does not exist`);
    });
    files.push(file);
  }
  return files;
}

async function s3Secret(engine: OpenEngine): Promise<SecretParameters> {
  const { keyId, secret, sessionToken, region } = await engine.credentials();
  const { endpoint } = engine.settings.s3;
  const own = endpoint === null ? undefined : new URL(endpoint);
  return {
    ...{ key_id: keyId, secret, region },
    ...(sessionToken === null ? {} : { session_token: sessionToken }),
    ...(own === undefined
      ? {}
      : {
          endpoint: `${own.host}${own.pathname.replace(/\/$/, "")}`,
          url_style: "path",
          use_ssl: own.protocol === "https:",
        }),
  };
}

/** Parameters of libpq that are no secrets. DuckDB shows the text of a connection to every query. */
const CONNECTION = ["sslmode", "sslrootcert", "sslcert", "sslkey"];

function postgresSource(text: string): NonNullable<SessionSettings["postgres"]> {
  const url = new URL(text);
  const name = decodeURIComponent(url.pathname.slice(1));
  const secret = {
    ...(url.hostname === "" ? {} : { host: decodeURIComponent(url.hostname).replaceAll(/[[\]]/g, "") }),
    ...(url.port === "" ? {} : { port: url.port }),
    ...(url.username === "" ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    ...(name === "" ? {} : { database: name }),
  };
  const connection = [
    "connect_timeout=10",
    ...CONNECTION.flatMap((key) => {
      const value = url.searchParams.get(key);
      return value === null ? [] : [`${key}='${value.replaceAll(/['\\]/g, "\\$&")}'`];
    }),
  ];
  return { secret, connection: connection.join(" ") };
}
