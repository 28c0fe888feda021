// `npm run release:dry`: makes a release in a throwaway copy up to the step that would publish it, and checks the workflows.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { npmFolders, pack } from "../pack.mjs";
import { root } from "../toolchain.mjs";
import { faultsOf } from "./check-packages.mjs";
import { versionOf, writeVersion } from "./version.mjs";

const copy = mkdtempSync(join(tmpdir(), "featstore-release-"));
try {
  copyRepository();
  // A change of its own, so that there is always something to release.
  writeFileSync(join(copy, ".changeset/dry-run.md"), '---\n"@featstore/client": patch\n---\n\nA dry run.\n');
  const before = versionOf(copy);
  const version = writeVersion(copy);
  const folder = join(copy, "packages");
  const names = await pack(folder, { from: copy });
  const text = (path) => readFileSync(join(copy, path), "utf8");
  const facts = { folder, names, version, changelog: text("CHANGELOG.md"), license: text("LICENSE") };
  const faults = [...(version === before ? [`the version is ${before} as before`] : []), ...faultsOf(facts)];
  if (!lintWorkflows()) faults.push("actionlint found faults in .github/workflows, above");
  for (const fault of faults) console.error(`release: ${fault}`);
  if (faults.length === 0) console.log(`release: ${version} could be published from these sources, after ${before}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** Runs actionlint, which Go builds; without Go the workflows are not checked. */
function lintWorkflows() {
  const { status, error } = spawnSync("go", ["run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error?.code === "ENOENT") console.log("release: Go is not installed, so the workflows are not checked");
  return error?.code === "ENOENT" || status === 0;
}

/** Copies the tracked and new files, and the built packages; links the packages among each other. */
function copyRepository() {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of list.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    // A file that was deleted, but not committed.
    cpSync(join(root, file), join(copy, file), { force: true, errorOnExist: false, verbatimSymlinks: true });
  }
  for (const folder of npmFolders) {
    cpSync(join(root, folder, "dist"), join(copy, folder, "dist"), { recursive: true });
    const links = join(copy, folder, "node_modules/@featstore");
    mkdirSync(links, { recursive: true });
    const packages = {
      definitions: "feature-definitions",
      client: "sdk/typescript",
      samples: "samples",
      server: "server",
    };
    for (const [name, target] of Object.entries(packages)) symlinkSync(join(copy, target), join(links, name));
  }
}
