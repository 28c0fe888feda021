import type { ExampleRead } from "../portal-services";

export interface CodeLines {
  readonly id: "curl" | "ts" | "py";
  readonly title: string;
  readonly code: string;
}

/** A first request in three languages, ready to run: it reads the example, or lists the views if there is none. */
export function firstRequests(site: string, key: string, example: ExampleRead | null): readonly CodeLines[] {
  const path =
    example === null
      ? "/api/feature-views"
      : `/api/features/${encodeURIComponent(example.id)}?features=${encodeURIComponent(example.view)}`;
  const url = JSON.stringify(site + path);
  const call =
    example === null
      ? "client.featureViews.list()"
      : `client.features.get(${idText(example.id)}, { features: [${JSON.stringify(example.view)}] })`;
  return [
    { id: "curl", title: "curl", code: `curl ${url} \\\n  -H "Authorization: Bearer ${key}"` },
    {
      id: "ts",
      title: "TypeScript",
      code: `import { createClient } from "@featstore/client";

const client = createClient({
  baseUrl: ${JSON.stringify(site)},
  apiKey: "${key}",
});
console.log(await ${call});`,
    },
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

function idText(id: string): string {
  return /^(?:0|[1-9]\d{0,14})$/.test(id) ? id : JSON.stringify(id);
}
