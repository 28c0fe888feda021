import { join } from "node:path";
import { randomNumbers } from "../random-numbers";
import { writeRequests } from "../requests-file";
import type { FeastContext } from "./feast-context";

const REQUESTS = 20_000;
export const SERVICE = "benchmark_peer_50";
/** The same features without precomputed vectors. */
export const PLAIN_SERVICE = "benchmark_peer_50_plain";

export function ourPath(id: number): string {
  return `/api/features/${id}?service=${SERVICE}`;
}

export function ourBatch(ids: readonly number[]): string {
  return JSON.stringify({ ids, service: SERVICE });
}

/** The body of Feast's only kind of read. Full names, because every view has the features f0 to f9. */
export function feastBody(service: string, ids: readonly number[]): string {
  return JSON.stringify({ feature_service: service, full_feature_names: true, entities: { entity_id: ids } });
}

/** Writes reads of `rows` entities for Featstore or a service of Feast: the same uniform ids in the same order. */
export function writeReads({ folder, keys, ids }: FeastContext, feastService: string | null, rows: number): string {
  const random = randomNumbers(rows);
  const pick = () => ids[Math.floor(random() * ids.length)] ?? 1;
  const file = join(folder, `${feastService ?? "featstore"}-${rows}.tsv`);
  writeRequests(file, keys, Math.max(500, Math.round(REQUESTS / rows)), () => {
    const chosen = Array.from({ length: rows }, pick);
    if (feastService !== null) return ["POST", "/get-online-features", feastBody(feastService, chosen)];
    return rows === 1 ? ["GET", ourPath(chosen[0] ?? 1)] : ["POST", "/api/features/batch", ourBatch(chosen)];
  });
  return file;
}
