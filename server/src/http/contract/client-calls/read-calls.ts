import { type ClientCalls, call } from "./client-call";

/** Reads of features, embeddings and the registry. */
export const readCalls: ClientCalls = {
  readFeatures: call(
    `const { status, features } = await client.features.get(1, {
  features: ["speech_sentiment.sentiment", "speech_profile.speaker"],
});
console.log(status, features);`,
    `row = client.features.get(1, features=["speech_sentiment.sentiment", "speech_profile.speaker"])
print(row.status, row.features)`,
  ),
  readFeaturesBatch: call(
    `const { rows } = await client.features.getBatch({
  ids: [1, 2, 4711],
  features: ["speech_sentiment.sentiment", "speech_profile.year"],
});
for (const { id, status, features } of rows) console.log(id, status, features);`,
    `batch = client.features.get_batch(
    [1, 2, 4711],
    features=["speech_sentiment.sentiment", "speech_profile.year"],
)
for row in batch.rows:
    print(row.id, row.status, row.features)`,
  ),
  readEmbeddings: call(
    `const { embeddings } = await client.embeddings.get(1, { embedding: "speech_embeddings.text" });
console.log(embeddings["speech_embeddings.text"].vector);`,
    `found = client.embeddings.get(1, embedding="speech_embeddings.text")
print(found.embeddings["speech_embeddings.text"].vector)`,
  ),
  readEmbeddingsBatch: call(
    `const { rows } = await client.embeddings.getBatch({ ids: [1, 4711], embedding: "speech_embeddings.text" });
for (const { id, vectors } of rows) console.log(id, vectors["speech_embeddings.text"]);`,
    `batch = client.embeddings.get_batch([1, 4711], embedding="speech_embeddings.text")
for row in batch.rows:
    print(row.id, row.vectors["speech_embeddings.text"])`,
  ),
  searchEmbeddings: call(
    `const { hits, features } = await client.embeddings.search({
  embedding: "speech_embeddings.text",
  id: 1,
  k: 2,
  filter: { feature: "speech_sentiment.sentiment", op: "eq", value: "positive" },
  features: ["speech_profile.title"],
});
console.log(hits, features?.rows);`,
    `found = client.embeddings.search(
    embedding="speech_embeddings.text",
    id=1,
    k=2,
    filter={"feature": "speech_sentiment.sentiment", "op": "eq", "value": "positive"},
    features=["speech_profile.title"],
)
print(found.hits, found.features)`,
  ),
  listFeatureViews: call(
    `for (const view of await client.featureViews.list()) console.log(view.name, view.version);`,
    `for view in client.feature_views.list():
    print(view.name, view.version)`,
  ),
  readFeatureView: call(
    `const view = await client.featureViews.get("artist_profile");
console.log(view.versions);`,
    `view = client.feature_views.get("artist_profile")
print(view.versions)`,
  ),
  readFeatureViewVersion: call(
    `const version = await client.featureViews.getVersion("artist_profile", 1);
console.log(version.features);`,
    `version = client.feature_views.get_version("artist_profile", 1)
print(version.features)`,
  ),
  listFeatureServices: call(
    `for (const service of await client.featureServices.list()) console.log(service.name, service.version);`,
    `for service in client.feature_services.list():
    print(service.name, service.version)`,
  ),
  readFeatureService: call(
    `const service = await client.featureServices.get("party_predictor");
console.log(service.versions);`,
    `service = client.feature_services.get("party_predictor")
print(service.versions)`,
  ),
  readFeatureViewProfile: call(
    `const profile = await client.featureViews.profile("artist_profile");
console.log(profile.features);`,
    `profile = client.feature_views.profile("artist_profile")
print(profile.features)`,
  ),
  readFeatureViewDrift: call(
    `const drift = await client.featureViews.drift("speech_sentiment");
console.log(drift.features.filter(({ exceeded }) => exceeded.length > 0));`,
    `drift = client.feature_views.drift("speech_sentiment")
print(drift.features)`,
  ),
  listRuns: call(
    `for await (const run of client.runs.list({ view: "speech_sentiment" })) console.log(run.run_id, run.state);`,
    `for run in client.runs.list(view="speech_sentiment"):
    print(run.run_id, run.state)`,
  ),
};
