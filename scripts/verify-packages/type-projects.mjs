// Projects in TypeScript, one for each module resolution.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../toolchain.mjs";
import { createProject, requireFiles } from "./node-projects.mjs";
import { run } from "./processes.mjs";

/** esbuild of tsup, so that there is one version of it. */
const requireOfTsup = createRequire(createRequire(join(root, "package.json")).resolve("tsup/package.json"));

/** Bundles a program; `platform` is "node", "browser" or "neutral". */
export function bundle(folder, entry, outfile, platform) {
  const { buildSync } = requireOfTsup("esbuild");
  buildSync({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: join(folder, outfile),
    ...{ bundle: true, format: "esm", platform, target: "es2022", logLevel: "silent" },
  });
}

/** Type-checks and runs a project; with the resolution `bundler` it is bundled instead of compiled. */
export async function checkTypes(context, resolution) {
  const { facts, env, expected } = context;
  const isBundled = resolution === "bundler";
  const programs = isBundled ? ["types.ts"] : ["types.ts", "types.cts"];
  const folder = await createProject(context, programs, ["@featstore/client", "@featstore/definitions"]);
  await run("npm", ["pkg", "set", "type=module"], { cwd: folder, env });
  const options = {
    ...{
      module: isBundled ? "esnext" : resolution,
      moduleResolution: resolution,
      target: "es2022",
      lib: ["es2023", "dom"],
    },
    ...{
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: !isBundled,
    },
    // The declarations of our packages are checked, too.
    ...{ skipLibCheck: false, types: [], outDir: "out" },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: programs }));
  for (const compiler of ["typescript", "typescript-7"])
    await run(process.execPath, [join(root, "node_modules", compiler, "bin/tsc")], { cwd: folder, env });
  if (isBundled) bundle(folder, "types.ts", "out/types.js", "node");
  const output = await run(process.execPath, ["out/types.js", facts.url, facts.key, facts.dataset], {
    cwd: folder,
    env,
  });
  const { files, ...result } = JSON.parse(output);
  const { title, error } = expected.sample;
  assert.deepEqual(result, { title, status: "complete", error: error.slice(0, 2) });
  requireFiles(folder, files, expected.files);
}
