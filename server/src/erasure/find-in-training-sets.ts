import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import type { Engine } from "../engine/index";
import { SPINE_FILE, type TrainingSetFiles } from "../training-sets/index";
import type { EntityTrainingSet, ErasureStore } from "./erasure-store";

/** A training set that has the key, or may have it. */
export interface TrainingSetFinding extends Omit<EntityTrainingSet, "hasSpine"> {
  /**
   * `contains`: it has the key. The others say why it could not be checked: `elsewhere`, it was made on another
   * machine; `loading`, its spine is still being read; `unreadable`, its stored spine is damaged.
   */
  readonly finding: "contains" | "elsewhere" | "loading" | "unreadable";
}

export interface SoughtKey {
  readonly entity: string;
  /** The key's parts by name, in key order. */
  readonly parts: Readonly<Record<string, string>>;
  readonly tenant: string | null;
}

/**
 * Looks for a key in the spines of training sets: in the spine's table while one is being made, later in the stored
 * file.
 */
export async function findInTrainingSets(
  {
    engine,
    store,
    files,
  }: {
    readonly engine: Pick<Engine, "isInSpine">;
    readonly store: ErasureStore;
    readonly files: TrainingSetFiles;
  },
  { entity, parts, tenant }: SoughtKey,
  signal?: AbortSignal,
): Promise<readonly TrainingSetFinding[]> {
  const lookAt = async ({ id, state, hasSpine }: EntityTrainingSet): Promise<TrainingSetFinding["finding"] | null> => {
    if (state === "loading") return "loading";
    if (hasSpine) {
      const isThere = await engine.isInSpine({ id }, parts, signal === undefined ? {} : { signal });
      // Undefined: it has ended since it was listed.
      if (isThere !== undefined) return isThere ? "contains" : null;
    }
    if ((await files.size(id, SPINE_FILE)) === undefined) return "elsewhere";
    try {
      return (await isInFile(files, id, Object.values(parts))) ? "contains" : null;
    } catch {
      return "unreadable";
    }
  };
  const findings: TrainingSetFinding[] = [];
  for (const set of await store.trainingSets(entity, tenant)) {
    signal?.throwIfAborted();
    const finding = await lookAt(set);
    const { hasSpine: _, ...known } = set;
    if (finding !== null) findings.push({ ...known, finding });
  }
  return findings;
}

/** Returns whether a stored spine has the key. Its lines hold row, tenant scope, keys, as-of time and more. */
async function isInFile(files: TrainingSetFiles, id: string, key: readonly string[]): Promise<boolean> {
  // A failure destroys the whole pipeline with its error, which surfaces in the reader of the last stage.
  const records: AsyncIterable<readonly string[]> = pipeline(
    Readable.from(files.readGzip(id, SPINE_FILE)),
    parse({ relax_column_count: true }),
    () => undefined,
  );
  for await (const record of records) if (key.every((part, index) => record[2 + index] === part)) return true;
  return false;
}
