// `npm run release:version`: applies the pending changesets and gives all packages, the API and the changelog the version.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmTools } from "../cached-tools.mjs";
import { npmFolders } from "../pack.mjs";
import { root } from "../toolchain.mjs";

/** The versions that changesets does not write. */
const places = {
  "package.json": /^( {2}"version": ")[^"]+/m,
  "sdk/python/pyproject.toml": /^(version = ")[^"]+/m,
  "sdk/python/src/featstore/_version.py": /^(__version__ = ")[^"]+/m,
  "server/src/http/contract/openapi.ts": /^( {2}version: ")[^"]+/m,
  "docs/openapi.json": /^( {4}"version": ")[^"]+/m,
};

/** Runs the command line of changesets in a folder. */
export function changeset(args, folder = root) {
  const tools = npmTools("changesets", { dependencies: { "@changesets/cli": "2.31.1" } });
  execFileSync(process.execPath, [join(tools, "node_modules/@changesets/cli/bin.js"), ...args], {
    cwd: folder,
    stdio: ["inherit", "inherit", "inherit"],
  });
}

/** Writes the next version everywhere and returns it. Without changesets the version stays: the first release has none. */
export function writeVersion(folder = root, date = new Date().toISOString().slice(0, 10)) {
  const pending = readdirSync(join(folder, ".changeset")).filter((name) => /(?<!^README)\.md$/.test(name));
  if (pending.length > 0) changeset(["version"], folder);
  const version = versionOf(folder);
  for (const [path, pattern] of Object.entries(places)) {
    const text = readFileSync(join(folder, path), "utf8");
    if (!pattern.test(text)) throw new Error(`${path} has no version where it is expected: ${pattern}`);
    writeFileSync(join(folder, path), text.replace(pattern, `$1${version}`));
  }
  // The contract that later changes are compared with.
  copyFileSync(join(folder, "docs/openapi.json"), join(folder, "docs/released/openapi.json"));
  const path = join(folder, "CHANGELOG.md");
  writeFileSync(path, releasedChangelog(readFileSync(path, "utf8"), version, date));
  return version;
}

/** Moves what is unreleased under a heading of the version. */
export function releasedChangelog(text, version, date) {
  if (headingOf(version).test(text))
    throw new Error(`CHANGELOG.md has the version ${version} already: add a changeset (npm run changeset)`);
  const [before, after] = text.split(/^## Unreleased$/m);
  if (after === undefined || /^\s*(?:## |$)/.test(after)) throw new Error("CHANGELOG.md has nothing under Unreleased");
  return `${before}## Unreleased\n\n## ${version} - ${date}${after}`;
}

/** Matches the changelog's heading of a version. */
export function headingOf(version) {
  return new RegExp(`^## ${version.replaceAll(".", "\\.")} - \\d{4}-\\d\\d-\\d\\d$`, "m");
}

/** Returns the version of the npm packages; they must agree. */
export function versionOf(folder = root) {
  const versions = npmFolders.map(
    (name) => JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")).version,
  );
  if (new Set(versions).size !== 1) throw new Error(`The packages have the versions ${versions.join(", ")}`);
  return versions[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(`Version ${writeVersion()}: review the changes and commit them`);
