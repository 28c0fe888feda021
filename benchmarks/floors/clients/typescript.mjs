// Batches with the built client, and with fetch and JSON.parse of the same answer, in turns. Input and output: JSON;
// the figures are medians of each round, in microseconds.
import { readFileSync } from "node:fs";
import { createClient } from "../../../sdk/typescript/dist/index.js";

const { url, key, ids, service, rounds, calls } = JSON.parse(readFileSync(0, "utf8"));
const client = createClient({ baseUrl: url, apiKey: key });
const headers = { authorization: `Bearer ${key}`, accept: "application/json", "content-type": "application/json" };

const kinds = {
  floor: async () => {
    const body = JSON.stringify({ ids, service });
    const response = await fetch(`${url}/api/features/batch`, { method: "POST", headers, body });
    return JSON.parse(await response.text()).rows;
  },
  ours: async () => (await client.features.getBatch({ ids, service })).values,
};

const [expected, actual] = [await kinds.floor(), await kinds.ours()];
if (JSON.stringify(expected) !== JSON.stringify(actual)) throw new Error("the client and the floor differ in values");
await measure(calls);
const result = { floor: [], ours: [] };
for (let round = 0; round < rounds; round++) {
  const medians = await measure(calls);
  for (const name of Object.keys(result)) result[name].push(medians[name]);
}
console.log(JSON.stringify(result));

async function measure(count) {
  const times = { floor: [], ours: [] };
  for (let call = 0; call < count; call++) {
    const order = call % 2 === 0 ? ["floor", "ours"] : ["ours", "floor"];
    for (const name of order) {
      const begun = performance.now();
      await kinds[name]();
      times[name].push((performance.now() - begun) * 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
