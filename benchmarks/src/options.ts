import { parseArgs } from "node:util";

export const parts = ["materialization", "incremental", "point-in-time", "serving", "start"] as const;

export type Part = (typeof parts)[number];

/** What one run measures, and how large. */
export interface Options {
  readonly parts: readonly Part[];
  readonly tracks: number;
  readonly analyses: number;
  readonly rounds: number;
  /** Seconds of load per server and round. */
  readonly seconds: number;
  readonly connections: number;
  /** API keys in rotation. */
  readonly keys: number;
  readonly quick: boolean;
  readonly database: string;
}

export const usage = `npm run bench -- [${parts.join(" | ")}]… [options]

  --quick            tiny sizes, one round: shows that the benchmarks work, measures nothing
  --rounds <n>       interleaved rounds (3)
  --scale <n>        times the reference size of 57,718 tracks and 269,646 analyses (1)
  --seconds <n>      of load per server and round (5)
  --connections <n>  of the load generator (8)

The database comes from TEST_DATABASE_URL, or from scripts/services.sh where that is running.
`;

/** Throws with a sentence for the user where the arguments make no sense. */
export function readOptions(args: readonly string[], database: string): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      scale: { type: "string" },
      seconds: { type: "string" },
      connections: { type: "string" },
    },
  });
  const unknown = positionals.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}\n\n${usage}`);
  const { quick } = values;
  const number = (text: string | undefined, usual: number): number => {
    const value = text === undefined ? usual : Number(text);
    if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no whole number above 0\n\n${usage}`);
    return value;
  };
  const scale = number(values.scale, 1);
  return {
    parts: parts.filter((part) => positionals.length === 0 || positionals.includes(part)),
    tracks: quick ? 400 : 57_718 * scale,
    analyses: quick ? 2_000 : 269_646 * scale,
    rounds: number(values.rounds, quick ? 1 : 3),
    seconds: number(values.seconds, quick ? 1 : 5),
    connections: number(values.connections, 8),
    keys: quick ? 10 : 300,
    quick,
    database,
  };
}
