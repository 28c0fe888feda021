// The reads of every smoke test: a feature, a batch, an embedding, an error. It imports nothing, because it runs in each runtime.

/** Reads with the given copy of the client and returns plain values to compare. */
export async function readSample({ createClient, NotFoundError }, { url, key }) {
  const client = createClient({ baseUrl: url, apiKey: key });
  const single = await client.features.get(1, { features: ["speech_profile.title", "speech_sentiment.sentiment"] });
  const batch = await client.features.getBatch({ ids: [3, 1, 99_999], features: ["speech_profile.title"] });
  const { embeddings } = await client.embeddings.get(1, { embedding: "speech_embeddings.text" });
  const error = await client.features.get(1, { features: ["no_such_view"] }).then(
    () => undefined,
    (reason) => reason,
  );
  return {
    title: single.features.speech_profile.title,
    status: single.status,
    batch: batch.rows.map(({ status }, index) => [status, batch.values[index][0]]),
    dimensions: embeddings["speech_embeddings.text"].vector.length,
    error: [error instanceof NotFoundError, error?.status, error?.code],
  };
}
