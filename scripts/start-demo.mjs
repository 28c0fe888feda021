// Starts the demo in a temporary folder on a free port, for scripts that send requests to it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Runs `work` with the demo's facts (`url`, `key_file`, …), its folder and its environment. Then stops the demo and removes
 * the folder. `args` are further arguments of the demo.
 */
export async function withDemo(cli, work, args = []) {
  const folder = mkdtempSync(join(tmpdir(), "featstore-verify-"));
  const env = {
    ...process.env,
    FEATSTORE_DATA_DIR: join(folder, "data"),
    // High limits: these scripts check responses, not limits.
    FEATSTORE_REQUESTS_PER_SECOND: "1000000",
    FEATSTORE_BURST: "1000000",
    FEATSTORE_FAILED_ATTEMPTS: "1000000",
  };
  const server = spawn(process.execPath, [cli, "demo", "--json", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: folder,
    env,
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
  try {
    const line = await Promise.race([
      new Promise((resolve) => createInterface({ input: server.stdout }).once("line", resolve)),
      ended.then(() => undefined),
    ]);
    const facts = JSON.parse(line ?? "{}");
    if (facts.url === undefined) throw new Error("the demo did not start");
    return await work({ ...facts, folder, env });
  } finally {
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
