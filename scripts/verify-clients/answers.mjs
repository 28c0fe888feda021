// The right answers: functions of the request alone, in the format of docs/openapi.json.

/** The answer to a path and body; undefined for a path that this server does not have. */
export function answerTo(url, body) {
  const [, single] = /^\/api\/features\/(\d+)\?/.exec(url) ?? [];
  if (single !== undefined) return featuresOf(Number(single));
  const [, embedded] = /^\/api\/embeddings\/(\d+)\?/.exec(url) ?? [];
  if (embedded !== undefined) return embeddingOf(Number(embedded), url.includes("format=base64"));
  if (url === "/api/features/batch") return batchOf(body.ids);
  return undefined;
}

function featuresOf(id) {
  return {
    ...{ entity: "track", id, key: { track_id: id }, status: "complete", views: { listening: "complete" } },
    features: { listening: valuesOf(id) },
  };
}

/** A text of 20 to 4,000 characters, so that answers are cut at different places. */
function valuesOf(id) {
  return { plays: (id * 7919) % 100_003, text: `${id} `.repeat(1 + ((id * 31) % 400)).slice(0, 4000) };
}

function batchOf(ids) {
  const columns = ["listening.plays", "listening.text"];
  const rows = ids.map((id) => Object.values(valuesOf(id)));
  return { ...{ entity: "track", columns, rows, views: ["listening"] }, status: ids.map(() => "complete") };
}

function embeddingOf(id, isEncoded) {
  const numbers = Float32Array.from({ length: 8 }, (_, index) => ((id * 37 + index * 11) % 256) / 256);
  const vector = isEncoded ? Buffer.from(numbers.buffer).toString("base64") : [...numbers];
  const embedding = { ...{ space: "sound-8", dimensions: 8, metric: "cosine", status: "complete" }, vector };
  return {
    ...{ entity: "track", id, key: { track_id: id }, status: "complete" },
    embeddings: { "sounds.sound": embedding },
  };
}
