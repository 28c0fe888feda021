// The Python client in empty virtual environments.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireFiles } from "./node-projects.mjs";
import { run } from "./processes.mjs";

const program = fileURLToPath(new URL("projects/main.py", import.meta.url));

/** Runs the smoke test with `python<version>`; returns a text if that is not on PATH. */
export async function checkPython({ facts, env, expected, emptyFolder }, version) {
  const interpreter = version === "" ? "python3" : `python${version}`;
  try {
    execFileSync(interpreter, ["-c", "import venv, ensurepip"], { stdio: "ignore" });
  } catch {
    return `${interpreter} is not on PATH`;
  }
  const folder = emptyFolder();
  await run(interpreter, ["-m", "venv", "venv"], { cwd: folder, env });
  const python = join(folder, "venv/bin/python");
  await run(python, ["-m", "pip", "install", "featstore-client"], { cwd: folder, env });
  const settings = { FEATSTORE_URL: facts.url, FEATSTORE_API_KEY: facts.key };
  const output = await run(python, [program, facts.dataset], { cwd: folder, env: { ...env, ...settings } });
  const { sample, files } = JSON.parse(output);
  assert.deepEqual(sample, expected.sample);
  requireFiles(folder, files, expected.files);
}
