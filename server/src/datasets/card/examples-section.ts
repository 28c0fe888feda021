import { vectorDimensions } from "@featstore/definitions/compiler";
import { quoteName } from "../../database/index";
import type { SnapshotFile, SnapshotManifest } from "../dataset-types";
import { dataFiles } from "./card-input";

/** The address in the examples; a reader replaces it by that of the server. */
export const EXAMPLE_SERVER = "http://localhost:8080";
/** The key in the example in SQL, which cannot read the environment everywhere. */
export const EXAMPLE_KEY = "YOUR_KEY";

/** Shows how to download and read the data, in curl, Python, TypeScript and SQL. A test runs the blocks as they are. */
export function examplesSection(manifest: SnapshotManifest): string {
  const [first] = dataFiles(manifest, "parquet");
  if (first === undefined) return "";
  return `## Reading the data

The examples read \`FEATSTORE_URL\`, the address of the server (\`${EXAMPLE_SERVER}\` for one on this machine), and
\`FEATSTORE_API_KEY\`, an API key with the scope \`datasets:read\`.${access(manifest)}

With curl; \`--continue-at -\` continues a download that broke:

\`\`\`sh
${curl(manifest, first)}
\`\`\`

With Python:

\`\`\`python
${python(manifest)}
\`\`\`

With TypeScript or JavaScript (\`read.mjs\`), on Node 20 or newer:

\`\`\`ts
${typescript(manifest, first)}
\`\`\`

With SQL, in DuckDB. The server does not filter rows, and need not: the files are sorted by key, so DuckDB reads their
footer, and then only the columns and row groups that the query needs:

\`\`\`sql
${sql(manifest)}
\`\`\`
`;
}

function access({ definition }: SnapshotManifest): string {
  if (definition.access === "public")
    return " A server that allows anonymous reading needs no key: leave out the header then.";
  if (definition.access === "gated")
    return ` Accept the terms first, with \`POST /api/datasets/${definition.name}/terms\`.`;
  return "";
}

const snapshotPath = ({ dataset, version }: SnapshotManifest): string =>
  `/api/datasets/${dataset}/snapshots/${version}`;

function curl(manifest: SnapshotManifest, { name, path }: SnapshotFile): string {
  const files = `$FEATSTORE_URL${snapshotPath(manifest)}/files`;
  const get = `curl --fail --location --header "Authorization: Bearer $FEATSTORE_API_KEY"`;
  return [
    `${get} --create-dirs --continue-at - --output "${path}" "${files}/${name}"`,
    `${get} --remote-name "${files}/SHA256SUMS"`,
    "sha256sum --check --ignore-missing SHA256SUMS",
  ].join("\n");
}

function python({ dataset, version }: SnapshotManifest): string {
  return `import hashlib, json, os, urllib.parse, urllib.request
import pyarrow.parquet

server = os.environ["FEATSTORE_URL"]

def get(path):
    request = urllib.request.Request(urllib.parse.urljoin(server, path))
    # Not sent to another address, if the server redirects there.
    request.add_unredirected_header("Authorization", f"Bearer {os.environ['FEATSTORE_API_KEY']}")
    return urllib.request.urlopen(request)

snapshots = json.load(get("/api/datasets/${dataset}/snapshots"))["snapshots"]
snapshot = next(each for each in snapshots if each["version"] == "${version}")
files = [file for file in snapshot["files"] if file["format"] == "parquet"]
for file in files:
    digest = hashlib.sha256()
    with get(file["url"]) as body, open(file["name"], "wb") as out:
        while chunk := body.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
    assert digest.hexdigest() == file["sha256"], file["name"]
table = pyarrow.concat_tables(pyarrow.parquet.read_table(file["name"]) for file in files)
print(table.num_rows, table.column_names)`;
}

function typescript(manifest: SnapshotManifest, { name }: SnapshotFile): string {
  return `import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { env } from "node:process";

const headers = { authorization: \`Bearer \${env.FEATSTORE_API_KEY}\` };
const url = \`\${env.FEATSTORE_URL}${snapshotPath(manifest)}/files/${name}\`;
const response = await fetch(url, { headers });
if (!response.ok) throw new Error(await response.text());
const bytes = new Uint8Array(await response.arrayBuffer());
// The ETag is the file's SHA-256 in quotes.
const sha256 = createHash("sha256").update(bytes).digest("hex");
if (response.headers.get("etag") !== \`"\${sha256}"\`) throw new Error("damaged");
await writeFile("${name}", bytes);`;
}

function sql(manifest: SnapshotManifest): string {
  const { columns, key, rows } = manifest;
  const files = dataFiles(manifest, "parquet").map(
    ({ name }) => `'${EXAMPLE_SERVER}${snapshotPath(manifest)}/files/${name}'`,
  );
  const from = files.length === 1 ? files[0] : `[\n  ${files.join(",\n  ")}\n]`;
  const values = columns
    .filter(({ role, type }) => role !== "key" && vectorDimensions(type) === undefined)
    .slice(0, 2)
    .map(({ name }) => name);
  const selected = [...key, ...values].map(quoteName).join(", ");
  const [first = ""] = key;
  const lowest = columns.find(({ name }) => name === first)?.statistics.minimum ?? null;
  const isNumber = lowest !== null && /^-?\d+$/.test(lowest);
  const where = isNumber
    ? `WHERE ${quoteName(first)} BETWEEN ${lowest} AND ${BigInt(lowest) + 9n}`
    : `WHERE ${quoteName(first)} >= '${rows > 0 ? "a" : ""}' LIMIT 10`;
  return `INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (TYPE http, BEARER_TOKEN '${EXAMPLE_KEY}');
SELECT ${selected}
FROM read_parquet(${from})
${where};`;
}
