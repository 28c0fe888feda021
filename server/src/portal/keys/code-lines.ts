import type { ExampleRequest } from "../portal-services";

export interface CodeLines {
  readonly id: "curl" | "ts" | "py";
  readonly title: string;
  readonly code: string;
}

/** A first request in three languages, ready to run. */
export function firstRequests(site: string, key: string, example: ExampleRequest): readonly CodeLines[] {
  const url = JSON.stringify(site + pathOf(example));
  return [
    { id: "curl", title: "curl", code: `curl ${url} \\\n  -H "Authorization: Bearer ${key}"` },
    { id: "ts", title: "TypeScript", code: typeScript({ site, url, key, call: clientCall(example) }) },
    {
      id: "py",
      title: "Python",
      code: `import json, urllib.request

request = urllib.request.Request(
    ${url},
    headers={"Authorization": "Bearer ${key}"},
)
print(json.load(urllib.request.urlopen(request)))`,
    },
  ];
}

function pathOf(example: ExampleRequest): string {
  switch (example.operation) {
    case "features":
      return `/api/features/${encodeURIComponent(example.id)}?features=${encodeURIComponent(example.view)}`;
    case "embedding":
      return `/api/embeddings/${encodeURIComponent(example.id)}?embedding=${encodeURIComponent(example.embedding)}`;
    default:
      return `/api/${example.operation}`;
  }
}

/** The same as a call of the client's; null: the client has no such method. */
function clientCall(example: ExampleRequest): string | null {
  switch (example.operation) {
    case "features":
      return `client.features.get(${idText(example.id)}, { features: [${JSON.stringify(example.view)}] })`;
    case "embedding":
      return `client.embeddings.get(${idText(example.id)}, { embedding: ${JSON.stringify(example.embedding)} })`;
    case "feature-views":
      return "client.featureViews.list()";
    default:
      return null;
  }
}

interface TypeScriptLines {
  readonly site: string;
  /** With its quotes. */
  readonly url: string;
  readonly key: string;
  readonly call: string | null;
}

const CLIENT = "@featstore/client";

/** The lines wait at the top level, which only modules may do: hence the name of the file. */
function typeScript({ site, url, key, call }: TypeScriptLines): string {
  if (call === null) {
    return `// Save as first.mjs, then: node first.mjs
const response = await fetch(${url}, {
  headers: { authorization: "Bearer ${key}" },
});
console.log(await response.json());`;
  }
  return `// npm install ${CLIENT}
// Save as first.mjs, then: node first.mjs
import { createClient } from "${CLIENT}";

const client = createClient({
  baseUrl: ${JSON.stringify(site)},
  apiKey: "${key}",
});
console.log(await ${call});`;
}

function idText(id: string): string {
  return /^(?:0|[1-9]\d{0,14})$/.test(id) ? id : JSON.stringify(id);
}
