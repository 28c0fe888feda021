// Writes the stubs of Spark Connect: `node scripts/generate-spark-stubs.mjs <spark-connect_2.13-….jar>`. The jar is part of
// Spark and of PyPI's pyspark (`pyspark/jars`). Its .proto files are by the Apache Software Foundation, and those of
// google/rpc by Google LLC, both under the Apache License 2.0, which each generated file repeats.
// Needs unzip. The generator asks for Node 22, and runs on 20 with a warning.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "./toolchain.mjs";

const tools = ["@bufbuild/buf@1.75.0", "@bufbuild/protobuf@2.17.0", "@bufbuild/protoc-gen-es@2.17.0"];
const out = join(root, "server/src/engine/spark/connect/generated");

// Of Spark's relations, commands and expressions, the client sends SQL with literals. Without the others, the stubs are half as large.
const kept = new Set(["Relation", "RelationCommon", "SQL", "Unknown", "Command", "SqlCommand"]);
const unused = [
  ...["AddArtifactsRequest", "AddArtifactsResponse", "ArtifactStatusesRequest", "ArtifactStatusesResponse"],
  ...["CloneSessionRequest", "CloneSessionResponse"],
];

const [jar] = process.argv.slice(2);
if (jar === undefined) throw new Error("usage: node scripts/generate-spark-stubs.mjs <spark-connect_2.13-….jar>");
const folder = mkdtempSync(join(tmpdir(), "spark-stubs-"));
try {
  run("unzip", [
    "-q",
    resolve(jar),
    "spark/connect/*.proto",
    "google/rpc/*.proto",
    "google/protobuf/*.proto",
    "-d",
    "protos",
  ]);
  const excluded = ["relations", "commands", "catalog", "ml", "ml_common", "pipelines"]
    .flatMap((file) => messagesOf(file))
    .filter((name) => !kept.has(name));
  const config = {
    version: "v2",
    inputs: [
      {
        directory: "protos",
        types: ["spark.connect.SparkConnectService", "google.rpc.ErrorInfo"],
        exclude_types: [...excluded, ...unused].map((name) => `spark.connect.${name}`),
      },
    ],
    plugins: [{ local: "protoc-gen-es", out: "stubs", opt: ["target=ts"] }],
  };
  writeFileSync(join(folder, "buf.gen.yaml"), JSON.stringify(config));
  run("npx", ["--yes", ...tools.flatMap((tool) => ["--package", tool]), "buf", "generate"]);
  rmSync(out, { recursive: true, force: true });
  // Those of google/protobuf are part of @bufbuild/protobuf.
  for (const part of ["spark", "google/rpc"]) cpSync(join(folder, "stubs", part), join(out, part), { recursive: true });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function messagesOf(file) {
  const text = readFileSync(join(folder, `protos/spark/connect/${file}.proto`), "utf8");
  return [...text.matchAll(/^(?:message|enum) (\w+)/gm)].map(([, name]) => name);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} failed${error === undefined ? "" : `: ${error.message}`}`);
}
