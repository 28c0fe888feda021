// The entries that need a package of the user's: Arrow batches and tracing, as ES modules and as CommonJS.
import { createRequire } from "node:module";
import { createClient } from "@featstore/client";
import { decodeBatch } from "@featstore/client/arrow";
import { createTracing } from "@featstore/client/opentelemetry";

const require = createRequire(import.meta.url);
const required = ["@featstore/client", "@featstore/client/arrow", "@featstore/client/opentelemetry"].map((name) =>
  require(name),
);
const modules = [{ createClient, decodeBatch, createTracing }, Object.assign({}, ...required)];
const titles = [];
for (const copy of modules) {
  const client = copy.createClient({ tracing: copy.createTracing() });
  const batch = await client.features.getBatchArrow({ ids: [3, 1, 99_999], features: ["speech_profile.title"] });
  titles.push([...(copy.decodeBatch(batch).getChild("speech_profile.title") ?? [])]);
}
console.log(JSON.stringify(titles));
