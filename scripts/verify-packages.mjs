// `npm run verify:packages [-- --short]`: packs, publishes to registries on loopback, installs into empty projects by the
// lines of the READMEs, and reads a demo server from each runtime. `--short` is for CI: Node, TypeScript and one Python.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPython } from "./cached-tools.mjs";
import { pack } from "./pack.mjs";
import { withDemo } from "./start-demo.mjs";
import { expectedFiles, expectedSample } from "./verify-packages/expected.mjs";
import { checkInit } from "./verify-packages/init-project.mjs";
import { installByLine, printedLines, releasedLines, wrongLines } from "./verify-packages/install-lines.mjs";
import { checkEntries, checkNode } from "./verify-packages/node-projects.mjs";
import { checkPython } from "./verify-packages/python-projects.mjs";
import { startNpmRegistry, startPythonIndex } from "./verify-packages/registries.mjs";
import { checkBrowser, checkBun, checkDeno, checkWorkerd } from "./verify-packages/runtimes.mjs";
import { checkTypes } from "./verify-packages/type-projects.mjs";

const isShort = process.argv.includes("--short");
const counts = { passed: 0, failed: 0, skipped: 0 };
const folder = mkdtempSync(join(tmpdir(), "featstore-packages-"));
const stops = [];
try {
  await verify();
} catch (error) {
  counts.failed++;
  console.error(error instanceof Error ? error.message : error);
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function verify() {
  const packages = join(folder, "packages");
  const names = await pack(packages);
  const paths = (pattern) => names.filter((name) => pattern.test(name)).map((name) => join(packages, name));
  const npm = await startNpmRegistry(folder, paths(/\.tgz$/));
  stops.push(npm.stop);
  const pythonFiles = paths(/\.(?:whl|tar\.gz)$/);
  const index = pythonFiles.length === 0 ? undefined : await startPythonIndex(folder, pythonFiles);
  if (index !== undefined) stops.push(index.stop);
  const hasIndex = index !== undefined && hasPython();
  const env = { ...process.env, ...npm.env, ...index?.env };

  const projects = {};
  await check("the pages have the install lines", () => {
    const wrong = wrongLines();
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  });
  const printed = isShort ? [] : printedLines().map(({ line }) => line);
  for (const line of new Set([...releasedLines, ...printed])) {
    if (line.startsWith("pip") && !hasIndex) skip(`${line}: there is no wheel`);
    else
      await check(line, async () => {
        projects[line] = await installByLine(line, emptyFolder(), env, packages);
      });
  }
  const server = projects["npm install @featstore/server @featstore/definitions"];
  if (server === undefined) throw new Error("The server is not installed, so there is nothing to read.");
  if (!isShort) await check("featstore init, from the registry", () => checkInit(server, emptyFolder(), env));

  await withDemo(join(server, "node_modules/@featstore/server/bin/featstore.js"), async (demo) => {
    const facts = { url: demo.url, key: readFileSync(demo.key_file, "utf8").trim(), dataset: demo.dataset };
    const context = {
      ...{ facts, env, emptyFolder },
      expected: { sample: await expectedSample(facts), files: await expectedFiles(facts) },
    };
    for (const kind of ["esm", "cjs"]) await check(`Node, ${kind}`, () => checkNode(context, kind));
    await check("Node, Arrow and tracing", () => checkEntries(context));
    for (const resolution of ["node16", "nodenext", "bundler"])
      await check(`TypeScript, ${resolution}`, () => checkTypes(context, resolution));
    if (!isShort) {
      if (process.env.TEST_CHROMIUM) await check("a browser", () => checkBrowser(context));
      else skip("a browser: TEST_CHROMIUM is not set");
      await check("workerd", () => checkWorkerd(context));
      await check("Bun", () => checkBun(context));
      await check("Deno", () => checkDeno(context));
    }
    if (!hasIndex) return skip("Python: there is no wheel");
    const versions = isShort ? [""] : ["3.10", "3.11", "3.12", "3.13"];
    for (const version of versions) await check(`Python ${version}`.trim(), () => checkPython(context, version));
  });
}

/** Runs a check and counts it; one that returns a text was skipped for that reason. */
async function check(title, work) {
  const begun = Date.now();
  try {
    const reason = await work();
    if (typeof reason === "string") return skip(`${title}: ${reason}`);
    counts.passed++;
    console.log(`ok: ${title} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (error) {
    counts.failed++;
    console.log(`FAILED: ${title}\n${error instanceof Error ? error.message : error}`);
  }
}

function skip(reason) {
  counts.skipped++;
  console.log(`skipped: ${reason}`);
}

function emptyFolder() {
  const parent = join(folder, "projects");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(mkdtempSync(join(parent, "p-")), "app-"));
}
