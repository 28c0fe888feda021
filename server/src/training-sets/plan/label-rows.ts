import type { CallOptions } from "../../database/index";
import type { Engine } from "../../engine/index";
import type { Cell } from "../spine/spine-row";
import { utf8Text } from "../spine/utf8-text";
import type { TrainingSetFiles } from "../training-set-files";
import type { HeldTrainingSet } from "../training-set-types";
import type { PlannedHorizon } from "./label-plan";

/** A label's value at its horizon. */
export interface LabelCell {
  /** The value as JSON text. */
  readonly cell: Cell;
  /** The time of the newest fact behind the value, in microseconds since 1970 UTC; null if there is none. */
  readonly eventTime: bigint | null;
  /** True if a cast lost one of the values behind it. */
  readonly isLost: boolean;
}

/** The labels of the spine's rows; they can be read once, in spine order. */
export interface LabelRows {
  /** Reads the next row's labels, in the order of the plan. */
  next(): Promise<readonly LabelCell[]>;
  /** Removes the temporary files. */
  close(): Promise<void>;
}

/** The job in whose folder the labels are written. */
export interface LabelTarget {
  readonly engine: Pick<Engine, "labelRows">;
  readonly files: TrainingSetFiles;
  readonly held: HeldTrainingSet;
}

/**
 * Computes the labels of each horizon into a file of the job, then reads the files row by row. Files are needed because a
 * database with one connection (PGlite) cannot stream two results at once. Errors: `DatabaseError`.
 */
export async function labelRows(
  target: LabelTarget,
  horizons: readonly PlannedHorizon[],
  labels: readonly PlannedHorizon["labels"][number][],
  options: CallOptions,
): Promise<LabelRows> {
  const { files, held } = target;
  const fileOf = ({ seconds }: PlannedHorizon) => `labels-${seconds}.jsonl.gz`;
  for (const horizon of horizons) await writeLabels(target, horizon, fileOf(horizon), options);
  const readers = horizons.map((horizon) => lines(files.readBuiltGzip(held, fileOf(horizon))));
  const positions = labels.map((label) => {
    const at = horizons.findIndex((horizon) => horizon.labels.includes(label));
    return { at, index: horizons[at]?.labels.indexOf(label) ?? -1 };
  });
  return {
    async next() {
      const rows = await Promise.all(
        readers.map(async (reader) => {
          const { done, value } = await reader.next();
          if (done === true) throw new Error("There are fewer rows of labels than of the spine");
          return JSON.parse(value) as readonly (readonly [string | null, Cell, boolean])[]; // written by `writeLabels`
        }),
      );
      return positions.map(({ at, index }) => {
        const [event = null, cell = null, isLost = false] = rows[at]?.[index] ?? [];
        return { cell, eventTime: event === null ? null : BigInt(event), isLost };
      });
    },
    async close() {
      for (const reader of readers) await reader.return(undefined);
      for (const horizon of horizons) await files.removeBuilt(held, fileOf(horizon));
    },
  };
}

/** Writes one line per spine row: the event time and value of each label, and whether a cast lost a value. */
async function writeLabels(
  { engine, files, held }: LabelTarget,
  { labels, join }: PlannedHorizon,
  file: string,
  options: CallOptions,
): Promise<void> {
  const target = await files.createGzip(held, file);
  try {
    for await (const rows of engine.labelRows(join, options)) {
      const labelled = rows.map((row) => {
        const cells = labels.map(({ feature }, index) => {
          const cell = row[`f${index + 1}`] ?? "null";
          return [
            row[`e${index + 1}`] ?? null,
            cell === "null" ? null : cell,
            isLost(row[`l${(join.columns[index]?.view ?? 0) + 1}`], feature.name),
          ];
        });
        return `${JSON.stringify(cells)}\n`;
      });
      await target.write(Buffer.from(labelled.join("")));
    }
  } finally {
    await target.close();
  }
}

/** `names` is the statement's JSON array of features that lost a value; null or undefined if none did. */
function isLost(names: string | null | undefined, feature: string): boolean {
  return typeof names === "string" && (JSON.parse(names) as readonly string[]).includes(feature);
}

async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, undefined, undefined> {
  let rest = "";
  for await (const text of utf8Text(bytes)) {
    const found = (rest + text).split("\n");
    rest = found.pop() ?? "";
    yield* found;
  }
  return undefined;
}
