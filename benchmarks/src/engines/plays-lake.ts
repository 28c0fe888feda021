import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bareDuckdb, type DuckdbLimits } from "./bare-duckdb";

export interface LakeSize {
  /** Source rows. */
  readonly plays: number;
  readonly listeners: number;
  /** Rows of the large spine, and of the one that PostgreSQL joins as well. */
  readonly spine: number;
  readonly smallSpine: number;
}

export function lakeSize(plays: number): LakeSize {
  const share = (divisor: number) => Math.ceil(plays / divisor);
  return { plays, listeners: share(20), spine: share(2), smallSpine: share(50) };
}

/** The as-of time of all runs: the end of the plays' two years. */
export const AS_OF = "2026-06-01T00:00:00Z";
const BEGIN = "2024-06-01 00:00:00Z";
const SECONDS = 730 * 86_400;
const FILES = 4;
const SEED = 1;

/**
 * Writes `plays/*.parquet` and two spines below the folder. Plays come in the order of their times, as a log writes them; few listeners have
 * many. The same size gives the same rows.
 */
export async function writeLake(folder: string, size: LakeSize, limits: DuckdbLimits): Promise<void> {
  for (const name of ["plays", "spines"]) mkdirSync(join(folder, name), { recursive: true });
  const write = (query: string, path: string) =>
    bareDuckdb({ ...limits, folder, statement: `copy (${query}) to '${path}' (format parquet)` });
  const step = Math.ceil(size.plays / FILES);
  for (let file = 0; file < FILES; file++) {
    const [first, end] = [file * step, Math.min((file + 1) * step, size.plays)];
    if (first < end) await write(playsQuery(size, first, end), `plays/plays-${file}.parquet`);
  }
  await write(spineQuery(size, size.spine, "large"), "spines/large.parquet");
  await write(spineQuery(size, size.smallSpine, "small"), "spines/small.parquet");
}

/** A number from 0 to below 1, always the same for a row and a column. */
const random = (column: string): string => `(hash(i, '${column}', ${SEED}) >> 11)::double / 9007199254740992`;

function playsQuery({ plays, listeners }: LakeSize, first: number, end: number): string {
  const time = `to_seconds(cast(floor(i * ${SECONDS}::double / ${plays} * (1 - 1e-9) - ${random("delay")} * 3600) as bigint))`;
  return `select i as play_id,
    case when ${random("no listener")} >= 0.001 then 1 + cast(floor(power(${random("listener")}, 1.5) * ${listeners}) as bigint) end as listener_id,
    case when ${random("no time")} >= 0.002 then timestamptz '${BEGIN}' + ${time} end as played_at,
    case when ${random("no amount")} >= 0.05 then round(${random("amount")} * 100, 2) end as amount,
    case when ${random("no seconds")} >= 0.03 then 30 + cast(floor(${random("seconds")} * 240) as integer) end as seconds,
    case when ${random("no country")} >= 0.05 then 'country ' || cast(floor(power(${random("country")}, 2) * 200) as integer) end as country
  from range(${first}, ${end}) as rows (i)`;
}

/** Some listeners are unknown. */
function spineQuery({ listeners }: LakeSize, rows: number, name: string): string {
  const of = (column: string) => random(`${name} ${column}`);
  return `select 1 + cast(floor(${of("listener")} * ${listeners} * 1.02) as bigint) as listener_id,
    timestamptz '${BEGIN}' + to_seconds(cast(floor(${of("time")} * ${SECONDS}) as bigint)) as as_of,
    ${of("liked")} < 0.3 as liked
  from range(${rows}) as rows (i)`;
}
