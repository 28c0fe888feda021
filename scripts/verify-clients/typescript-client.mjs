// Makes the calls of a workload with the TypeScript client and reports what was wrong. Input and output: JSON.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createDatasets } from "../../sdk/typescript/dist/datasets.js";
import { createClient } from "../../sdk/typescript/dist/index.js";

const { url, calls, files, folder, parallel } = JSON.parse(readFileSync(0, "utf8"));
const client = createClient({ baseUrl: url, apiKey: "key" });
const datasets = createDatasets({ baseUrl: url, apiKey: "key" });
let begun = performance.now();
const report = { right: 0, wrong: [], errors: [], downloads: 0, badDownloads: [] };

await atOnce(calls, parallel, async ({ call, kind, ids, expected }) => {
  try {
    if (isDeepStrictEqual(await valuesOf(kind, ids, { headers: { "x-call": String(call) } }), expected)) report.right++;
    else report.wrong.push(call);
  } catch (error) {
    report.errors.push(`call ${call} (${kind}): ${error?.name}: ${error?.message}`);
  }
});
report.callSeconds = (performance.now() - begun) / 1000;
begun = performance.now();
await atOnce(files, 8, async (number) => {
  try {
    await download(number);
    report.downloads++;
  } catch (error) {
    report.badDownloads.push(`set_${number}: ${error?.name}: ${error?.message}`);
  }
});
report.downloadSeconds = (performance.now() - begun) / 1000;
console.log(JSON.stringify(report));

async function valuesOf(kind, ids, options) {
  if (kind === "batch") return (await client.features.getBatch({ ids, features: ["listening"], ...options })).values;
  if (kind === "get") {
    const { plays, text } = (await client.features.get(ids[0], { features: ["listening"], ...options })).features
      .listening;
    return [[plays, text]];
  }
  const { embeddings } = await client.embeddings.get(ids[0], { embedding: "sounds.sound", ...options });
  return [[...embeddings["sounds.sound"].vector]];
}

/** Downloads a file; where the server stops in the middle, the first call must fail, and the second continues its part. */
async function download(number) {
  const to = join(folder, `${number}.csv`);
  const options = { to, format: "csv", partBytes: 100_000, retries: 12 };
  const isStopped = number % 2 === 1;
  if (isStopped) {
    // It may fail before the server stops the file: on an idle connection that was just closed.
    do {
      const failed = await datasets.download(`set_${number}`, { ...options, retries: 0 }).then(
        () => false,
        (error) => error.name === "ConnectionError",
      );
      if (!failed) throw new Error("the first download did not fail with ConnectionError");
    } while ((await control(`file/${number}`)).cuts === 0);
    await control(`resume/${number}`);
  }
  await datasets.download(`set_${number}`, options);
  const facts = await control(`file/${number}`);
  const sha256 = createHash("sha256").update(readFileSync(to)).digest("hex");
  if (sha256 !== facts.sha256) throw new Error(`has SHA-256 ${sha256} instead of ${facts.sha256}`);
  if (facts.cuts === 0) throw new Error("was not cut");
  if (isStopped && facts.requestedBytes >= facts.bytes) throw new Error("was received again from its start");
}

/** On a connection of its own: the others may be closed. */
function control(path) {
  return new Promise((resolve, reject) => {
    get(`${url}/control/${path}`, { agent: false }, async (response) => {
      let text = "";
      for await (const piece of response) text += piece;
      resolve(JSON.parse(text));
    }).once("error", reject);
  });
}

async function atOnce(items, count, work) {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
