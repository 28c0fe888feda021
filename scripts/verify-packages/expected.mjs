// The values that each smoke test has to print, read from the demo over HTTP without a client.

/** Reads what `readSample` of checks.mjs must return. */
export async function expectedSample({ url, key }) {
  const read = async (path, body) => {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const single = await read("/api/features/1?features=speech_profile.title,speech_sentiment.sentiment");
  const batch = await read("/api/features/batch", { ids: [3, 1, 99_999], features: ["speech_profile.title"] });
  const embedding = await read("/api/embeddings/1?embedding=speech_embeddings.text");
  const problem = await read("/api/features/1?features=no_such_view");
  return {
    title: single.features.speech_profile.title,
    status: single.status,
    batch: batch.rows.map((values, index) => [batch.status[index], values[0]]),
    dimensions: embedding.embeddings["speech_embeddings.text"].vector.length,
    error: [true, problem.status, problem.code],
  };
}

/** The SHA-256 of the files of the demo's newest snapshot, by name. */
export async function expectedFiles({ url, key, dataset }) {
  const response = await fetch(`${url}/api/datasets/${dataset}/snapshots`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { snapshots } = await response.json();
  return Object.fromEntries(snapshots[0].files.map(({ name, sha256 }) => [name, sha256]));
}
