// Builds and packs the package, measures what each entry adds to a bundle, and checks the tarball with publint and attw.
// Works without a network.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** The most bytes that an import may add to the minified and gzipped code that a browser loads at first. */
const LIMITS = [
  { entry: "index", name: "createClient", bytes: 13_000 },
  { entry: "datasets", name: "createDatasets", bytes: 13_000 },
  { entry: "arrow", name: "decodeBatch", bytes: 1_000 },
  { entry: "opentelemetry", name: "createTracing", bytes: 1_500 },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = await mkdtemp(join(tmpdir(), "featstore-client-"));

async function run(command, args) {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: root, env: { ...process.env, NO_COLOR: "1" } });
    return stdout;
  } catch (error) {
    console.error(`${command} ${args.join(" ")}\n${error.stdout ?? ""}${error.stderr ?? ""}`);
    throw new Error("The package is not fit to be published", { cause: error });
  }
}

/** The file behind a command of a dev dependency: run by node itself, so that no shell or PATH matters. */
async function bin(packageName, command) {
  for (const folder of [root, join(root, "../..")]) {
    const at = join(folder, "node_modules", packageName);
    const manifest = await readFile(join(at, "package.json"), "utf8").catch(() => undefined);
    if (manifest === undefined) continue;
    const declared = JSON.parse(manifest).bin;
    return join(at, typeof declared === "string" ? declared : declared[command]);
  }
  throw new Error(`${packageName} is not installed`);
}

async function sizeOf({ entry, name }) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${name} } from "./dist/${entry}.js";`, resolveDir: root },
    external: ["apache-arrow", "@opentelemetry/api"],
    ...{ bundle: true, splitting: true, minify: true, format: "esm", target: "es2022" },
    ...{ write: false, metafile: true, absWorkingDir: root, outdir: "size" },
  });
  const loaded = new Set();
  const load = (path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const imports = metafile.outputs[path].imports.filter(
      ({ kind, external }) => kind === "import-statement" && !external,
    );
    for (const each of imports) load(each.path);
  };
  load("size/stdin.js");
  const sizes = outputFiles
    .filter(({ path }) => loaded.has(relative(root, path)))
    .map(({ contents }) => gzipSync(contents, { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size);
}

async function checkSizes() {
  const sizes = await Promise.all(LIMITS.map(async (limit) => ({ ...limit, size: await sizeOf(limit) })));
  for (const { entry, name, size, bytes } of sizes) console.log(`${entry}: ${name} adds ${size} of ${bytes} bytes`);
  const over = sizes.filter(({ size, bytes }) => size > bytes);
  if (over.length > 0) throw new Error(`Too large: ${over.map(({ entry }) => entry).join(", ")}`);
}

try {
  await run(process.execPath, [await bin("tsup", "tsup"), "--silent"]);
  await checkSizes();
  const packed = JSON.parse(
    await run("npm", ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder]),
  );
  const tarball = join(folder, packed[0].filename);
  const strangers = packed[0].files
    .map((file) => file.path)
    .filter((path) => !/^(dist\/|README\.md$|LICENSE$|package\.json$)/.test(path));
  if (strangers.length > 0) throw new Error(`The tarball holds files that nobody needs: ${strangers.join(", ")}`);
  await run(process.execPath, [await bin("publint", "publint"), "run", tarball, "--strict"]);
  await run(process.execPath, [
    await bin("@arethetypeswrong/cli", "attw"),
    tarball,
    "--no-definitely-typed",
    "--no-emoji",
  ]);
  console.log(
    `${packed[0].filename}: publint and attw are content (${packed[0].files.length} files, ${packed[0].unpackedSize} bytes)`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
