import { parseArgs } from "node:util";

export const parts = [
  "materialization",
  "incremental",
  "point-in-time",
  "serving",
  "guard",
  "start",
  "large-spines",
  "request-cost",
  "datasets",
  "clients",
  "engines",
  "online",
  "feast",
] as const;

/** The groups of the part `online`, in the order of measuring. */
export const groups = [
  "reads",
  "latency",
  "publish",
  "snapshot",
  "workers",
  "endurance",
  "search",
  "registry",
] as const;

export type Group = (typeof groups)[number];

/** The groups of the part `engines`, in the order of measuring. */
export const engineGroups = [
  "computing a view of files",
  "loading rows",
  "runs of views",
  "reads during runs",
  "training sets",
  "training sets on Spark",
] as const;

export type Part = (typeof parts)[number];

/** The sizes of a quick run, and of a run that needs no tracks. */
export const tinySize = { tracks: 400, analyses: 2_000 } as const;

/** The parts and sizes of a run. */
export interface Options {
  readonly parts: readonly Part[];
  /** The groups of the part `online`. */
  readonly groups: readonly Group[];
  /** The groups of the part `engines`. */
  readonly engineGroups: readonly (typeof engineGroups)[number][];
  readonly tracks: number;
  readonly analyses: number;
  readonly rounds: number;
  /** Seconds of load for each server and round. */
  readonly seconds: number;
  readonly connections: number;
  /** API keys in rotation. */
  readonly keys: number;
  /** Source rows of the part `engines`. */
  readonly plays: number;
  /** Set if the files of `engines` stay. */
  readonly keep: boolean;
  readonly quick: boolean;
  readonly database: string;
  /** Redis's address; null without Redis. */
  readonly redis: string | null;
  /** The folder of DuckDB's extensions; null without it. */
  readonly extensions: string | null;
  /** The address of a Spark Connect server; null without it. */
  readonly spark: string | null;
  /** The address of an S3 server with the access key and the secret key; null without it. */
  readonly s3: string | null;
}

/** Addresses of services and folders, which the environment names. */
export type Services = Pick<Options, "database" | "redis" | "extensions" | "spark" | "s3">;

export const usage = `npm run bench -- [${parts.join(" | ")}]… [options]
npm run bench -- report [result.json…]    stores results of online and feast in docs/benchmarks/results, and writes docs/benchmarks.md
                                          and the marked figures of all documents from what is stored there

  --quick            tiny sizes, one round: shows that the benchmarks work, measures nothing
  --rounds <n>       interleaved rounds (3)
  --scale <n>        times the reference size of 57,718 tracks and 269,646 analyses (1)
  --seconds <n>      of load per server and round (5)
  --connections <n>  of the load generator (8)
  --rows <n>         of engines: source rows (10000000); its spines have a half and a fiftieth of them
  --keep             of engines: leaves its files where it says
  --only <groups>    of online: ${groups.join(",")}
                     of engines: ${engineGroups.join(",")}

The database comes from TEST_DATABASE_URL, Redis from TEST_REDIS_URL, DuckDB's extensions from TEST_DUCKDB_EXTENSIONS, Spark from
TEST_SPARK_URL, and its bucket's server from TEST_S3_URL, or all from scripts/services.sh where they run.
`;

/** Reads the arguments; throws a message for the user if they are invalid. */
export function readOptions(args: readonly string[], services: Services): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      scale: { type: "string" },
      seconds: { type: "string" },
      connections: { type: "string" },
      rows: { type: "string" },
      keep: { type: "boolean", default: false },
      only: { type: "string" },
    },
  });
  const unknown = positionals.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}\n\n${usage}`);
  const only = values.only?.split(",");
  const strange = only?.filter((name) => ![...groups, ...engineGroups].some((group) => group === name)) ?? [];
  if (strange.length > 0) throw new Error(`There is no group ${strange.join(", ")}\n\n${usage}`);
  const { quick } = values;
  const number = (text: string | undefined, usual: number): number => {
    const value = text === undefined ? usual : Number(text);
    if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no whole number above 0\n\n${usage}`);
    return value;
  };
  const scale = number(values.scale, 1);
  return {
    parts: parts.filter((part) => positionals.length === 0 || positionals.includes(part)),
    groups: groups.filter((group) => only === undefined || only.includes(group)),
    engineGroups: engineGroups.filter((group) => only === undefined || only.includes(group)),
    tracks: quick ? tinySize.tracks : 57_718 * scale,
    analyses: quick ? tinySize.analyses : 269_646 * scale,
    rounds: number(values.rounds, quick ? 1 : 3),
    seconds: number(values.seconds, quick ? 1 : 5),
    connections: number(values.connections, 8),
    keys: quick ? 10 : 300,
    plays: number(values.rows, quick ? 50_000 : 10_000_000),
    keep: values.keep,
    quick,
    ...services,
  };
}
