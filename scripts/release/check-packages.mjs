// node check-packages.mjs <folder> [ref]: checks what a release would publish: versions, changelog, contents, and that npm and
// PyPI would take the files. The ref refs/tags/v<version> must name their version.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonTools } from "../cached-tools.mjs";
import { root } from "../toolchain.mjs";
import { headingOf, versionOf } from "./version.mjs";

const npmNames = ["@featstore/client", "@featstore/definitions", "@featstore/server"];
const needed = ["LICENSE", "README.md", "package.json"];

/** Returns what is wrong with the files in a folder that `pack` wrote for a version; prints what would be published. */
export function faultsOf({ folder, names, version, changelog, license }) {
  const faults = [];
  const expect = (isRight, fault) => isRight || faults.push(fault);
  expect(headingOf(version).test(changelog), `CHANGELOG.md has no heading "## ${version} - <date>"`);
  const tarballs = names.filter((name) => name.endsWith(".tgz"));
  const published = tarballs.map((name) => npmPackage(join(folder, name)));
  const found = published.map(({ name }) => name).sort();
  expect(found.join() === npmNames.join(), `the tarballs are of ${found.join(", ")} instead of ${npmNames.join(", ")}`);
  for (const { file, name, manifest, files } of published) {
    console.log(`npm: ${name}@${manifest.version}, ${files.length} files`);
    expect(manifest.version === version, `${name} has the version ${manifest.version} instead of ${version}`);
    expect(manifest.publishConfig?.access === "public", `${name} would not be public`);
    for (const [dependency, range] of Object.entries(manifest.dependencies ?? {}))
      if (dependency.startsWith("@featstore/"))
        expect(range === version, `${name} needs ${dependency} ${range} instead of ${version}`);
    for (const path of needed) expect(files.includes(path), `${name} has no ${path}`);
    for (const path of files) expect(isExpected(path), `${name} has the file ${path}, which nobody needs`);
    expect(read(file, "package/LICENSE") === license, `the licence of ${name} is not the repository's`);
  }
  const python = names.filter((name) => !name.endsWith(".tgz"));
  const expected = [`featstore_client-${version}-py3-none-any.whl`, `featstore_client-${version}.tar.gz`];
  expect(
    python.join() === expected.join(),
    `the Python files are ${python.join(", ")} instead of ${expected.join(", ")}`,
  );
  if (python.length === 0) return faults;
  const twine = pythonTools("twine", ["twine==7.0.0"]);
  execFileSync(twine, ["-m", "twine", "check", "--strict", ...python.map((name) => join(folder, name))], {
    stdio: "inherit",
  });
  return faults;
}

/** Asks npm what it would publish. */
function npmPackage(file) {
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  const output = JSON.parse(execFileSync("npm", ["publish", file, "--dry-run", "--json"], options));
  const { name, files } = output.name === undefined ? Object.values(output)[0] : output;
  return { file, name, files: files.map(({ path }) => path), manifest: JSON.parse(read(file, "package/package.json")) };
}

function read(tarball, path) {
  return execFileSync("tar", ["-xzOf", tarball, path], { encoding: "utf8" });
}

function isExpected(path) {
  return needed.includes(path) || path.startsWith("dist/") || path.startsWith("bin/");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ref = ""] = process.argv.slice(2);
  const version = versionOf();
  const text = (path) => readFileSync(join(root, path), "utf8");
  const facts = {
    folder,
    version,
    names: readdirSync(folder).sort(),
    changelog: text("CHANGELOG.md"),
    license: text("LICENSE"),
  };
  const faults = faultsOf(facts);
  if (ref.startsWith("refs/tags/") && ref !== `refs/tags/v${version}`) faults.push(`the tag ${ref} is not v${version}`);
  for (const fault of faults) console.error(`release: ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
