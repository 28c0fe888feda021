import type { Bar, Figure } from "../figure";
import { ratioOf } from "../measurement";
import type { Options } from "../options";
import type { ReferenceDatabase } from "../reference-database";
import type { DuckdbLimits } from "./bare-duckdb";

/** The lake, the database and the limits that each measurement of the part `engines` needs. */
export interface EngineRun {
  readonly database: ReferenceDatabase;
  readonly options: Options;
  readonly report: (line: string) => void;
  /** The root of the lake; commands run in it. */
  readonly folder: string;
  readonly limits: DuckdbLimits;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs both in each round, in turns first. */
export async function alternate(
  { rounds }: Options,
  begin: (round: number) => void,
  ...[own, others]: readonly [() => Promise<unknown>, () => Promise<unknown>]
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    begin(round + 1);
    for (const step of round % 2 === 0 ? [others, own] : [own, others]) await step();
  }
}

/** Adds the ratio of each round. */
export function figureOf(figure: Omit<Figure, "ratio" | "bar"> & { readonly bar: Bar | null }): Figure {
  return { ...figure, ratio: ratioOf(figure.ours, figure.floor) };
}
