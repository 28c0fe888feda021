// `npm run pack [-- folder]`: writes what the registries get into packages/. The same sources give the same bytes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { hasPython, pythonTools } from "./cached-tools.mjs";
import { root, runPnpm } from "./toolchain.mjs";

export const npmFolders = ["feature-definitions", "sdk/typescript", "server"];
export const pythonFolder = "sdk/python";

const ours = /^featstore[-_].*\.(?:tgz|whl|tar\.gz)$/;

/**
 * Packs the built packages below `from` into the folder `to`, and removes what an earlier call wrote there. Returns the
 * names of the files. Without python3 there is no wheel and no sdist.
 */
export async function pack(to, { from = root } = {}) {
  mkdirSync(to, { recursive: true });
  for (const name of filesOf(to)) rmSync(join(to, name));
  for (const folder of npmFolders) {
    const quiet = { stdio: ["ignore", "ignore", "inherit"] };
    const code = await runPnpm(["--dir", join(from, folder), "pack", "--pack-destination", to], quiet);
    if (code !== 0) throw new Error(`${folder} cannot be packed; the output is above.`);
  }
  if (!existsSync(join(from, pythonFolder, "pyproject.toml"))) return filesOf(to);
  if (hasPython()) packPython(join(from, pythonFolder), to);
  else console.error("python3 with venv is not installed: the wheel and the sdist are left out");
  return filesOf(to);
}

/** The task `pack`: packs into the folder of the first argument and prints each file with its SHA-256. */
export async function packAndList([folder = join(root, "packages")]) {
  const to = resolve(folder);
  for (const name of await pack(to)) {
    console.log(
      `${createHash("sha256")
        .update(readFileSync(join(to, name)))
        .digest("hex")}  ${name}`,
    );
  }
  return 0;
}

/** Builds the wheel and the sdist of a Python package into a folder. */
export function packPython(folder, to) {
  const python = pythonTools("build", ["build==1.6.1", "hatchling==1.33.0"]);
  execFileSync(python, ["-m", "build", "--no-isolation", "--outdir", to, folder], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { SOURCE_DATE_EPOCH: commitTime(), ...process.env },
  });
}

/** Seconds; the time in the archives. A folder without git history has the earliest time that a zip file can hold. */
function commitTime() {
  try {
    const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync("git", ["log", "-1", "--format=%ct"], options).trim();
  } catch {
    return "315532800";
  }
}

function filesOf(folder) {
  return readdirSync(folder)
    .filter((name) => ours.test(name))
    .sort();
}
