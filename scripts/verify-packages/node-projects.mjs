// Projects of Node.js without a build step.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./processes.mjs";

const programs = fileURLToPath(new URL("projects/", import.meta.url));

/** Copies programs into a new project and installs packages from the registry. */
export async function createProject({ emptyFolder, env }, files, packages = ["@featstore/client"]) {
  const folder = emptyFolder();
  for (const file of files) copyFileSync(join(programs, file), join(folder, file));
  await run("npm", ["init", "--yes"], { cwd: folder, env });
  await run("npm", ["install", ...packages], { cwd: folder, env });
  return folder;
}

/** Runs the smoke test as an ES module or as CommonJS, in a project of the same type. */
export async function checkNode(context, kind) {
  const { facts, env, expected } = context;
  const main = kind === "esm" ? "main.mjs" : "main.cjs";
  const folder = await createProject(context, [main, "read-sample.mjs"]);
  const output = await run(process.execPath, [main, facts.dataset], {
    cwd: folder,
    env: { ...env, ...settingsOf(facts) },
  });
  const { sample, files } = JSON.parse(output);
  assert.deepEqual(sample, expected.sample);
  requireFiles(folder, files, expected.files);
}

/** Reads through the entries that need apache-arrow and OpenTelemetry. */
export async function checkEntries(context) {
  const { facts, env, expected } = context;
  const packages = ["@featstore/client", "apache-arrow@21.2.0", "@opentelemetry/api@1.10.0"];
  const folder = await createProject(context, ["entries.mjs"], packages);
  const output = await run(process.execPath, ["entries.mjs"], { cwd: folder, env: { ...env, ...settingsOf(facts) } });
  const titles = expected.sample.batch.map(([, title]) => title);
  assert.deepEqual(JSON.parse(output), [titles, titles]);
}

function settingsOf({ url, key }) {
  return { FEATSTORE_URL: url, FEATSTORE_API_KEY: key };
}

/** Compares downloaded files with the server's digests. */
export function requireFiles(folder, paths, digests) {
  const data = Object.fromEntries(
    paths.map((path) => [
      basename(path),
      createHash("sha256")
        .update(readFileSync(resolve(folder, path)))
        .digest("hex"),
    ]),
  );
  assert.ok(paths.length > 0, "nothing was downloaded");
  for (const [name, digest] of Object.entries(data)) assert.equal(digest, digests[name], name);
}
