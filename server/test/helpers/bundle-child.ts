import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import serverBuild from "../../tsup.config";

const server = fileURLToPath(new URL("../..", import.meta.url));
// Inside the package, so that the program finds its dependencies.
const cache = join(server, "node_modules/.cache/featstore-tests");
const oneDayMs = 86_400_000;
const bundles = new Map<string, Promise<string>>();

/**
 * Bundles a TypeScript file, with the threads that the server starts, into a program for Node; returns its path. For tests
 * that start many processes: each starts in a fifth of the time of compiling the sources again.
 */
export function bundleChild(url: URL): Promise<string> {
  const known = bundles.get(url.href);
  if (known !== undefined) return known;
  const bundle = bundleFile(fileURLToPath(url));
  bundles.set(url.href, bundle);
  return bundle;
}

/** Bundles the command `featstore` as it is in the sources; returns the program's path. */
export function bundleCommand(): Promise<string> {
  return bundleChild(new URL("../../src/cli.ts", import.meta.url));
}

async function bundleFile(path: string): Promise<string> {
  if (typeof serverBuild === "function" || Array.isArray(serverBuild)) throw new Error("tsup.config.ts has one build");
  const entries = Object.entries(serverBuild.entry ?? {}).filter(([name]) => /-(?:worker|child)$/.test(name));
  const { name } = parse(path);
  await mkdir(cache, { recursive: true });
  await removeOldBundles();
  const draft = await mkdtemp(join(cache, `${name}-draft-`));
  await build({
    config: false,
    entry: Object.fromEntries([[name, path], ...entries.map(([worker, file]) => [worker, join(server, String(file))])]),
    format: "esm",
    target: "node20",
    splitting: true,
    silent: true,
    outDir: draft,
    skipNodeModulesBundle: true,
    noExternal: [/^@featstore\//],
    esbuildOptions: (options) => {
      options.alias = {
        "@featstore/client/datasets": join(server, "../sdk/typescript/src/datasets.ts"),
        "@featstore/definitions/compiler": join(server, "../feature-definitions/src/compiler.ts"),
        "@featstore/definitions/testing": join(server, "../feature-definitions/src/testing/index.ts"),
        "@featstore/definitions": join(server, "../feature-definitions/src/index.ts"),
      };
    },
  });
  // Named after its content: another worker may run the program of the same name.
  const bundle = join(cache, `${name}-${await digestOf(draft)}`);
  await linkAssets(draft);
  await rename(draft, bundle).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    const isKnown = await stat(bundle).catch(() => undefined);
    if (isKnown === undefined) throw error;
  });
  return join(bundle, `${name}.js`);
}

/** What a build copies, and where it comes from. */
const assets = {
  migrations: "../migrations",
  samples: "../samples",
  templates: "templates",
  licences: "node_modules/spdx-license-list/licenses",
  "api-reference": "node_modules/@scalar/api-reference/dist/browser",
  "portal-files": "src/portal/files",
  "fonts/geist": "node_modules/@fontsource-variable/geist/files",
  "fonts/geist-mono": "node_modules/@fontsource-variable/geist-mono/files",
  "../package.json": "package.json",
} as const;

/** Links what a build copies to where the program finds it. */
async function linkAssets(bundle: string): Promise<void> {
  await mkdir(join(bundle, "fonts"));
  for (const [link, target] of Object.entries(assets)) {
    await symlink(join(server, target), join(bundle, link)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function digestOf(folder: string): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify(assets));
  for (const file of (await readdir(folder)).sort())
    digest.update(`${file}\0`).update(await readFile(join(folder, file)));
  return digest.digest("hex").slice(0, 16);
}

async function removeOldBundles(): Promise<void> {
  for (const entry of await readdir(cache, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(cache, entry.name);
    const created = await stat(path).catch(() => undefined);
    if (created !== undefined && created.mtimeMs < Date.now() - oneDayMs)
      await rm(path, { recursive: true, force: true });
  }
}
