import { type Client, namedService } from "@featstore/client";
import type { speechSearch } from "../../../samples/state-of-the-union/definitions/services";

/** One ranked speech. */
export interface RankedSpeech {
  readonly id: string;
  readonly title: string | null;
  readonly speaker: string | null;
  /** From −1 to 1; higher is better. */
  readonly score: number;
}

export interface RankOptions {
  /** The number of speeches in the answer. */
  readonly limit: number;
  /** The day on which is ranked, `2026-01-31`. */
  readonly today: string;
}

/** The speeches whose features are compared, many more than an answer has. */
const CANDIDATES = 100;
/** A speech loses half of its score in so many years. */
const HALF_LIFE_YEARS = 50;

const EMBEDDING = "speech_embeddings.text";
// Only the definition's type is imported: it types the rows and the inputs, and a renamed feature does not compile.
const service = namedService<typeof speechSearch>("speech_search@1");

/**
 * Ranks the speeches whose texts are nearest to that of a speech: by the similarity that the store computes, less for old
 * speeches. However many candidates there are, it makes two reads and one batch.
 *
 * Errors: `NotFoundError` if the speech is unknown or has no vector; the other errors of the client.
 *
 * @example
 * const ranked = await rankSimilar(client, "7", { limit: 10, today: "2026-01-31" });
 */
export async function rankSimilar(client: Client, id: string, options: RankOptions): Promise<readonly RankedSpeech[]> {
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
    .map(({ id: found, features: { speech_profile, computed } }) => ({
      id: String(found),
      title: speech_profile.title,
      speaker: speech_profile.speaker,
      score: scoreOf(computed.similarity ?? 0, computed.age ?? 0),
    }))
    .sort((one, other) => other.score - one.score)
    .slice(0, options.limit);
}

/** Lowers the score of old speeches. `age` is in years. */
export function scoreOf(similarity: number, age: number): number {
  return similarity * 0.5 ** (Math.max(0, age) / HALF_LIFE_YEARS);
}
