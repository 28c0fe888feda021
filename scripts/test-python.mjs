// Checks the Python client with pinned tools: `npm run test:python [pytest arguments…]`. The last line counts the steps
// and the tests. Needs python3 (3.10 or newer; PYTHON chooses another) and PyPI.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const folder = join(root, "sdk/python");
const cache = join(root, "node_modules/.cache/featstore");
const counts = { passed: 0, failed: 0, skipped: 0 };

const python = installed();
const arguments_ = process.argv.slice(2);
const steps = [
  ["lint", "-m", "ruff", "check", "."],
  ["format", "-m", "ruff", "format", "--check", "."],
  ["mypy", "-m", "mypy"],
  ["pyright", "-m", "pyright", "--pythonpath", python],
];
for (const [name, ...args] of arguments_.length === 0 ? steps : []) count(name, await run(args));
await runTests();
if (arguments_.length === 0) await buildDistributions();
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

/** Returns the interpreter of a virtual environment with the pinned packages, which is made once for each set of them. */
function installed() {
  const command = process.env.PYTHON ?? "python3";
  const version = execFileSync(command, ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"], {
    encoding: "utf8",
  }).trim();
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major !== 3 || minor < 10) throw new Error(`The Python client needs Python 3.10 or newer, got ${version}`);
  const requirements = join(folder, "requirements-dev.txt");
  const files = [requirements, join(folder, "requirements-data.txt"), join(folder, "pyproject.toml")];
  const inputs = [version, ...files.map((file) => readFileSync(file))];
  const hash = inputs.reduce((digest, input) => digest.update(input), createHash("sha256")).digest("hex");
  const venv = join(cache, `python-${version}`);
  const bin = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const stamp = join(venv, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return bin;
  console.log(`Installing the packages of sdk/python for Python ${version}…`);
  mkdirSync(cache, { recursive: true });
  const inherit = { stdio: ["ignore", "inherit", "inherit"] };
  execFileSync(command, ["-m", "venv", "--clear", venv], inherit);
  execFileSync(bin, ["-m", "pip", "install", "--quiet", "-r", requirements], inherit);
  execFileSync(bin, ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", folder], inherit);
  writeFileSync(stamp, hash);
  return bin;
}

/** Runs Python in the client's folder; returns its exit code and what it printed, which is also shown. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece) => {
        output += piece;
        process.stdout.write(piece);
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function count(name, { code }) {
  counts[code === 0 ? "passed" : "failed"] += 1;
  console.log(`python: ${name} ${code === 0 ? "passed" : "failed"}`);
}

async function runTests() {
  const { code, output } = await run(["-m", "pytest", "-q", ...arguments_]);
  const summary = output.trimEnd().split("\n").at(-1) ?? "";
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  counts.passed += number("passed");
  counts.skipped += number("skipped");
  const failed = number("failed") + number("errors?");
  counts.failed += failed === 0 && code !== 0 ? 1 : failed;
}

/** Builds wheel and sdist as PyPI would get them, and checks their metadata and the type marker. */
async function buildDistributions() {
  const out = join(cache, "python-dist");
  rmSync(out, { recursive: true, force: true });
  count("wheel and sdist", await run(["-m", "build", "--no-isolation", "--outdir", out]));
  const files = existsSync(out) ? readdirSync(out).map((file) => join(out, file)) : [];
  count("twine check", await run(["-m", "twine", "check", "--strict", ...files]));
  const wheel = files.find((file) => file.endsWith(".whl")) ?? "";
  const isTyped = "import sys, zipfile; sys.exit('featstore/py.typed' not in zipfile.ZipFile(sys.argv[1]).namelist())";
  count("py.typed in the wheel", await run(["-c", isTyped, wheel]));
}
