// The client in runtimes other than Node.js: a browser and workerd with a bundle, Bun and Deno with node_modules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { npmTools } from "../cached-tools.mjs";
import { root } from "../toolchain.mjs";
import { createProject } from "./node-projects.mjs";
import { freePort, run, serve } from "./processes.mjs";
import { bundle } from "./type-projects.mjs";

/** Runs the bundle in Chromium, on a page of the demo's origin. */
export async function checkBrowser(context) {
  const { facts } = context;
  const folder = await createProject(context, ["web.mjs", "read-sample.mjs"]);
  bundle(folder, "web.mjs", "web.js", "browser");
  const { chromium } = createRequire(join(root, "server/package.json"))("playwright-core");
  const browser = await chromium.launch({ executablePath: process.env.TEST_CHROMIUM, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.route(`${facts.url}/smoke-test`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Smoke test</title>" }),
    );
    await page.goto(`${facts.url}/smoke-test`);
    await page.addScriptTag({ content: readFileSync(join(folder, "web.js"), "utf8"), type: "module" });
    await page.waitForFunction(() => "runSmokeTest" in globalThis);
    requireResult(context, await page.evaluate((values) => globalThis.runSmokeTest(values), facts));
  } finally {
    await browser.close();
  }
}

/** Runs the bundle as a worker. */
export async function checkWorkerd(context) {
  const { facts, env } = context;
  const tools = npmTools("workerd", { dependencies: { workerd: "1.20261117.1" } });
  const folder = await createProject(context, ["worker.mjs", "read-sample.mjs", "workerd.capnp"]);
  bundle(folder, "worker.mjs", "worker.js", "browser");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const worker = await serve(
    join(tools, "node_modules/.bin/workerd"),
    ["serve", "workerd.capnp", "config", "--socket-addr", `http=127.0.0.1:${port}`],
    { url, cwd: folder, env: { ...env, SMOKE_URL: facts.url, SMOKE_KEY: facts.key, SMOKE_DATASET: facts.dataset } },
  );
  try {
    const response = await fetch(`${url}/run`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    requireResult(context, JSON.parse(text));
  } finally {
    await worker.stop();
  }
}

export async function checkBun(context) {
  const tools = npmTools("bun", { dependencies: { bun: "1.4.5" } });
  await checkCommand(context, join(tools, "node_modules/.bin/bun"), ["run", "reads.mjs"]);
}

export async function checkDeno(context) {
  const tools = npmTools("deno", { dependencies: { deno: "2.9.6" } });
  const command = join(tools, "node_modules/.bin/deno");
  await checkCommand(context, command, [
    "run",
    "--allow-net=127.0.0.1,localhost",
    "--allow-env",
    "--allow-read",
    "reads.mjs",
  ]);
}

async function checkCommand(context, command, args) {
  const { facts, env } = context;
  const folder = await createProject(context, ["reads.mjs", "read-sample.mjs"]);
  const output = await run(command, [...args, facts.url, facts.key, facts.dataset], { cwd: folder, env });
  requireResult(context, JSON.parse(output));
}

function requireResult({ expected }, { sample, read }) {
  assert.deepEqual(sample, expected.sample);
  assert.equal(read.sha256, expected.files[read.file]);
  assert.ok(read.bytes > 0, "the snapshot is empty");
}
