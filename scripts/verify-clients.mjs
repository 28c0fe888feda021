// `npm run verify:clients [-- calls [seed]]`: 10,000 calls and 50 downloads of each client from a server that resets, cuts,
// closes idle connections and answers 5xx and 429. Fails unless each result is right. The Python client needs python3.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { hasPython, pythonTools } from "./cached-tools.mjs";
import { root } from "./toolchain.mjs";
import { workload } from "./verify-clients/workload.mjs";

const [count = "10000", seed = "1"] = process.argv.slice(2);
const FILES = 50;
const PARALLEL = 24;
const at = (name) => fileURLToPath(new URL(`verify-clients/${name}`, import.meta.url));

const clients = [{ name: "TypeScript", command: process.execPath, program: at("typescript-client.mjs"), env: {} }];
const sources = join(root, "sdk/python/src");
if (!existsSync(sources)) console.log("Python: there is no client yet, skipped");
else if (!hasPython()) console.log("Python: python3 with venv is not installed, skipped");
else {
  const command = pythonTools("python-client", ["urllib3==2.8.0"]);
  clients.push({ name: "Python", command, program: at("python_client.py"), env: { PYTHONPATH: sources } });
}
let isClean = true;
for (const client of clients) isClean = (await verify(client)) && isClean;
process.exitCode = isClean ? 0 : 1;

async function verify({ name, command, program, env }) {
  const folder = mkdtempSync(join(tmpdir(), "featstore-clients-"));
  const server = spawn(process.execPath, [at("unreliable-server.mjs"), seed], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await new Promise((resolve) => createInterface({ input: server.stdout }).once("line", resolve));
    const calls = workload(Number(seed), Number(count));
    const files = Array.from({ length: FILES }, (_, index) => index);
    const input = JSON.stringify({ url, calls, files, folder, parallel: PARALLEL });
    const report = JSON.parse(await outputOf(command, [program], { ...process.env, ...env }, input));
    const counts = await (await fetch(`${url}/control/counts`)).json();
    return isRight(name, report, counts);
  } finally {
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

function isRight(name, report, counts) {
  const { right, wrong, errors, downloads, badDownloads, callSeconds, downloadSeconds } = report;
  const faults = Object.values(counts.faults).reduce((sum, each) => sum + each, 0);
  console.log(
    `${name}: ${right} of ${count} calls right in ${callSeconds.toFixed(1)} s, ${wrong.length} wrong, ${errors.length} errors; ` +
      `${counts.requests} requests, ${faults} faults, ${counts.stale} stale connections, ${counts.idleClosed} closed when idle, ${counts.late} of these under a request`,
  );
  console.log(`${name}: ${JSON.stringify(counts.faults)}`);
  console.log(`${name}: ${downloads} of ${FILES} cut downloads right in ${downloadSeconds.toFixed(1)} s`);
  if (counts.early > 0) console.log(`${name}: ${counts.early} attempts came before the server's hint allowed them`);
  if (counts.needless > 0) console.log(`${name}: ${counts.needless} calls were repeated after their answer`);
  for (const line of [...wrong.map((call) => `call ${call} has a wrong result`), ...errors, ...badDownloads].slice(
    0,
    20,
  ))
    console.log(`${name}: ${line}`);
  return right === Number(count) && downloads === FILES && counts.early === 0 && counts.needless === 0;
}

function outputOf(command, args, env, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    const pieces = [];
    child.stdout.on("data", (piece) => pieces.push(piece));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(Buffer.concat(pieces).toString()) : reject(new Error(`${args[0]} ended with ${code}`)),
    );
    // A client that ends early says why by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
