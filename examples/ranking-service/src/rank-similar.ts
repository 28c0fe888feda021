import { type Client, namedService } from "@featstore/client";
import type { trackSearch } from "../../../feature-definitions/definitions/services";

/** One ranked track. */
export interface RankedTrack {
  readonly id: string;
  readonly title: string | null;
  readonly artist: string | null;
  /** From −1 to 1; higher is better. */
  readonly score: number;
}

export interface RankOptions {
  /** The number of tracks in the answer. */
  readonly limit: number;
  /** The day on which is ranked, `2026-01-31`. */
  readonly today: string;
}

/** The tracks whose features are compared, many more than an answer has. */
const CANDIDATES = 100;
/** A track loses half of its score in so many years. */
const HALF_LIFE_YEARS = 50;

const EMBEDDING = "track_embeddings.lyrics";
// Only the definition's type is imported: it types the rows and the inputs, and a renamed feature does not compile.
const service = namedService<typeof trackSearch>("track_search@1");

/**
 * Ranks the tracks whose lyrics are nearest to those of a track: by the similarity that the store computes, less for old
 * tracks. However many candidates there are, it makes two reads and one batch.
 *
 * Errors: `NotFoundError` if the track is unknown or has no vector; the other errors of the client.
 *
 * @example
 * const ranked = await rankSimilar(client, "7", { limit: 10, today: "2026-01-31" });
 */
export async function rankSimilar(client: Client, id: string, options: RankOptions): Promise<readonly RankedTrack[]> {
  const [{ hits }, { embeddings }] = await Promise.all([
    client.embeddings.search({ embedding: EMBEDDING, id, k: CANDIDATES }),
    client.embeddings.get(id, { embedding: EMBEDDING }),
  ]);
  const query = embeddings[EMBEDDING]?.vector ?? null;
  const { rows } = await client.features.getBatch({
    ids: hits.map((hit) => hit.id),
    service,
    inputs: { today: options.today, query: query === null ? null : [...query] },
  });
  return rows
    .map(({ id: found, features: { track_profile, computed } }) => ({
      id: String(found),
      title: track_profile.title,
      artist: track_profile.artist,
      score: scoreOf(computed.similarity ?? 0, computed.age ?? 0),
    }))
    .sort((one, other) => other.score - one.score)
    .slice(0, options.limit);
}

/** Lowers the score of old tracks. `age` is in years. */
export function scoreOf(similarity: number, age: number): number {
  return similarity * 0.5 ** (Math.max(0, age) / HALF_LIFE_YEARS);
}
