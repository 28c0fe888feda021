// Builds and packs the package, then asks publint and attw about the tarball. Works without a network.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

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

try {
  await run(process.execPath, [await bin("tsup", "tsup"), "--silent"]);
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
