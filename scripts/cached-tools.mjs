// Tools that only some scripts need. They are installed once, by pinned version, outside the repository's dependencies.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const cache = process.env.FEATSTORE_TOOLS_DIR ?? join(root, "node_modules/.cache/featstore/tools");

/** Returns a folder whose `node_modules` has the dependencies of a package.json. */
export function npmTools(name, manifest) {
  return cached(name, { ...manifest, node: process.versions.node.split(".")[0] }, (folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
    });
  });
}

/** Returns the interpreter of a virtual environment with these requirements. Start modules with `-m`: the folder is moved. */
export function pythonTools(name, requirements, { interpreter = "python3" } = {}) {
  const version = execFileSync(interpreter, ["-c", "import sys; print(sys.version)"], { encoding: "utf8" });
  const folder = cached(name, { requirements, version }, (fresh) => {
    execFileSync(interpreter, ["-m", "venv", fresh], { stdio: "inherit" });
    execFileSync(join(fresh, "bin/python"), ["-m", "pip", "install", "--quiet", ...requirements], { stdio: "inherit" });
  });
  return join(folder, "bin/python");
}

/** True if `python3` is 3.`minor` or newer and can make virtual environments. */
export function hasPython({ minor = 0 } = {}) {
  const program = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${minor}))`;
  try {
    execFileSync("python3", ["-c", program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function cached(name, inputs, install) {
  const hash = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 12);
  const folder = join(cache, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  console.error(`Installing ${name}…`);
  const fresh = mkdtempSync(join(cache, ".new-"));
  try {
    install(fresh);
    // An interrupted installation leaves no folder that looks complete.
    if (!existsSync(folder)) renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}
