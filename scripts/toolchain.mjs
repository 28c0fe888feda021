// Node check, pinned pnpm, install and build; each step is skipped if its stamp shows that nothing changed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const packageFolders = [
  "feature-definitions",
  "server",
  "sdk/typescript",
  "benchmarks",
  "samples",
  "samples/state-of-the-union",
  "examples/ranking-service",
];

const stamps = join(root, "node_modules/.cache/featstore");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// In build order: the server imports the definitions and the client. `reads` lists all inputs of `dist`.
const builds = [
  {
    folder: "feature-definitions",
    makes: ["dist/index.js", "dist/index.d.ts", "dist/compiler.js", "dist/compiler.d.ts"],
    reads: ["feature-definitions/src", "feature-definitions/package.json", "feature-definitions/tsup.config.ts"],
  },
  {
    folder: "sdk/typescript",
    makes: ["dist/index.js", "dist/index.cjs", "dist/datasets.js"],
    reads: ["sdk/typescript/src", "sdk/typescript/package.json", "sdk/typescript/tsup.config.ts"],
  },
  {
    folder: "server",
    makes: ["dist/cli.js"],
    reads: [
      "feature-definitions/src",
      "feature-definitions/definitions",
      "server/src",
      "server/templates",
      "server/package.json",
      "server/tsup.config.ts",
      "migrations",
      "samples/src",
      "sdk/typescript/src",
      "samples/package.json",
      "samples/state-of-the-union/data",
    ],
  },
];

/** Exits with a message if Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Featstore needs Node 20.19 or newer, got ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a Node script on this terminal, forwards signals and returns the exit code. */
export function runNode(args, options = {}) {
  return run(process.execPath, args, options);
}

/** Runs a Node script and returns the exit code with what it printed. */
export async function captureNode(args) {
  const pieces = [];
  const onSpawn = (child) => {
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => pieces.push(piece));
  };
  const code = await run(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }, onSpawn);
  return { code, output: Buffer.concat(pieces).toString() };
}

/** Runs the pinned pnpm through npx; nothing is installed globally. */
export function runPnpm(args, options = {}) {
  const windows = process.platform === "win32";
  return run("npx", ["--yes", manifest.packageManager, ...args], { shell: windows, ...options });
}

function run(command, args, options, onSpawn = () => undefined) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    onSpawn(child);
    const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
      // A terminal sends Ctrl-C to the whole process group: forwarding it would send it twice.
      const handler = () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
      process.on(signal, handler);
      return () => process.off(signal, handler);
    });
    const release = () => {
      for (const off of handlers) off();
    };
    child.on("error", (error) => {
      release();
      reject(new Error(`${command} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      release();
      if (signal === null) resolve(code ?? 1);
      else resolve(128 + (signal === "SIGINT" ? 2 : signal === "SIGHUP" ? 1 : signal === "SIGTERM" ? 15 : 9));
    });
  });
}

/** Installs from the frozen lockfile, unless lockfile and manifests are unchanged since the last install. */
export async function ensureInstalled() {
  const hash = hashOf([
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "package.json",
    ...packageFolders.map((folder) => `${folder}/package.json`),
  ]);
  if (readStamp("install") === hash && existsSync(join(root, "node_modules/.modules.yaml"))) return;
  console.error("Installing dependencies from the lockfile…");
  const code = await runPnpm(["install", "--frozen-lockfile"]);
  if (code !== 0) throw new Error("The installation failed; its output is above.");
  writeStamp("install", hash);
}

/** Builds the packages whose inputs changed since the last build. */
export async function ensureBuilt({ always = false } = {}) {
  const tsup = join(root, "node_modules/tsup/dist/cli-default.js");
  for (const build of builds) {
    const name = `build-${build.folder.replaceAll("/", "-")}`;
    const hash = hashOf(["tsconfig.base.json", "pnpm-lock.yaml", ...build.reads]);
    const complete = build.makes.every((file) => existsSync(join(root, build.folder, file)));
    if (!always && complete && readStamp(name) === hash) continue;
    console.error(`Building ${build.folder}…`);
    const code = await runNode([tsup, "--silent"], { cwd: join(root, build.folder) });
    if (code !== 0) throw new Error(`The build of ${build.folder} failed; its output is above.`);
    writeStamp(name, hash);
  }
}

function readStamp(name) {
  const path = join(stamps, name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

function hashOf(paths) {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0] ?? "");
  for (const path of paths)
    for (const file of filesUnder(join(root, path))) {
      hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
    }
  return hash.digest("hex");
}

function filesUnder(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return [];
  if (status.isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
