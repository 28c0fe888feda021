import { type ClientCalls, call } from "./client-call";

/** Training sets and datasets. */
export const trainingAndDatasetCalls: ClientCalls = {
  createTrainingSet: call(
    `const set = await client.trainingSets.create({
  features: ["speech_sentiment.sentiment", "speech_profile.year"],
  rows: [
    { speech_id: 1, as_of: "2026-10-31T12:00:00Z", party: "Whig" },
    { speech_id: 2, as_of: "2026-11-01T12:00:00Z", party: "Republican" },
  ],
  labelColumn: "party",
  format: "csv",
  reuse: true,
});
console.log(set.id, set.state); // set.wait() waits for its end`,
    `training_set = client.training_sets.create(
    [
        {"speech_id": 1, "as_of": "2026-10-31T12:00:00Z", "party": "Whig"},
        {"speech_id": 2, "as_of": "2026-11-01T12:00:00Z", "party": "Republican"},
    ],
    features=["speech_sentiment.sentiment", "speech_profile.year"],
    label_column="party",
    format="csv",
    reuse=True,
)
print(training_set.id, training_set.state)  # training_set.wait() waits for its end`,
  ),
  readTrainingSet: call(
    `const set = await client.trainingSets.get("zq2nporvjrd7jy33");
console.log(set.state, set.progress);`,
    `training_set = client.training_sets.get("zq2nporvjrd7jy33")
print(training_set.state, training_set.progress)`,
  ),
  deleteTrainingSet: call(
    `const set = await client.trainingSets.get("zq2nporvjrd7jy33");
await set.delete();`,
    `client.training_sets.get("zq2nporvjrd7jy33").delete()`,
  ),
  cancelTrainingSet: call(
    `const set = await client.trainingSets.get("zq2nporvjrd7jy33");
await set.cancel();`,
    `client.training_sets.get("zq2nporvjrd7jy33").cancel()`,
  ),
  downloadTrainingSet: call(
    `import { writeFile } from "node:fs/promises";

const set = await client.trainingSets.get("zq2nporvjrd7jy33");
const { stream } = await set.download();
await writeFile("train.csv", stream);`,
    `client.training_sets.get("zq2nporvjrd7jy33").download("train.csv")`,
  ),
  listDatasets: call(
    `for (const dataset of await datasets.list()) console.log(dataset.name);`,
    `for dataset in client.datasets.list():
    print(dataset.name)`,
  ),
  readDataset: call(
    `const { columns, card } = await datasets.get("state_of_the_union");
console.log(columns, card);`,
    `dataset = client.datasets.get("state_of_the_union")
print(dataset.columns, dataset.card)`,
  ),
  listDatasetSnapshots: call(
    `for (const { version, files } of await datasets.snapshots("state_of_the_union")) console.log(version, files);`,
    `for snapshot in client.datasets.snapshots("state_of_the_union"):
    print(snapshot.version, snapshot.files)`,
  ),
  downloadDatasetFile: call(
    `const { version, files } = await datasets.download("state_of_the_union", { to: "data/" });
console.log(version, files);`,
    `saved = client.datasets.download("state_of_the_union", to="data/")
print(saved.version, saved.files)`,
  ),
  readDatasetTerms: call(
    `const { version, text } = await datasets.terms("state_of_the_union");
console.log(version, text);`,
    `terms = client.datasets.terms("state_of_the_union")
print(terms.version, terms.text)`,
  ),
  acceptDatasetTerms: call(
    `await datasets.acceptTerms("state_of_the_union", { version: "2026-11" });`,
    `client.datasets.accept_terms("state_of_the_union", "2026-11")`,
  ),
  createDatasetExport: call(
    `const { files } = await datasets.download("state_of_the_union", { to: "data/", format: "csv", features: ["year"] });
console.log(files); // the export was waited for`,
    `saved = client.datasets.download("state_of_the_union", to="data/", format="csv", features=["year"])
print(saved.files)  # the export was waited for`,
  ),
};
