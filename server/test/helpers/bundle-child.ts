import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import serverBuild from "../../tsup.config";

const server = fileURLToPath(new URL("../..", import.meta.url));
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

async function bundleFile(path: string): Promise<string> {
  if (typeof serverBuild === "function" || Array.isArray(serverBuild)) throw new Error("tsup.config.ts has one build");
  const entries = Object.entries(serverBuild.entry ?? {}).filter(([name]) => name.endsWith("-worker"));
  // Inside the package, so that the program finds its dependencies.
  const outDir = join(server, "node_modules/.cache/featstore-tests", parse(path).name);
  await build({
    config: false,
    entry: Object.fromEntries([["child", path], ...entries.map(([name, file]) => [name, join(server, String(file))])]),
    format: "esm",
    target: "node20",
    splitting: true,
    silent: true,
    outDir,
    skipNodeModulesBundle: true,
    noExternal: [/^@featstore\//],
    esbuildOptions: (options) => {
      options.alias = {
        "@featstore/definitions/compiler": join(server, "../feature-definitions/src/compiler.ts"),
        "@featstore/definitions": join(server, "../feature-definitions/src/index.ts"),
      };
    },
  });
  return join(outDir, "child.js");
}
