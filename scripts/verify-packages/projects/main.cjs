const { createClient, NotFoundError } = require("@featstore/client");
const { createDatasets } = require("@featstore/client/datasets");

async function main(dataset) {
  const { FEATSTORE_URL: url, FEATSTORE_API_KEY: key } = process.env;
  const { readSample } = await import("./read-sample.mjs");
  const sample = await readSample({ createClient, NotFoundError }, { url, key });
  const { files } = await createDatasets({ baseUrl: url, apiKey: key }).download(dataset, { to: "data/" });
  console.log(JSON.stringify({ sample, files: files.map(({ path }) => path) }));
}

main(process.argv[2]);
