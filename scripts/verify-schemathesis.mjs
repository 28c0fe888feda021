// `npm run verify:schemathesis [-- seconds]`: sends valid and invalid requests by docs/openapi.json to the demo, for ten
// minutes, with every check of schemathesis. Needs Python 3; installs schemathesis into a temporary environment.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const VERSION = "4.32.5";
const [cli, seconds = "600"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "featstore-schemathesis-"));
const config = fileURLToPath(new URL("schemathesis.toml", import.meta.url));

const env = {
  ...process.env,
  FEATSTORE_DATA_DIR: join(folder, "data"),
  // High limits: this checks answers, not limits.
  FEATSTORE_BURST_REQUESTS: "1000000",
  FEATSTORE_FAILED_ATTEMPTS: "1000000",
};
const server = spawn(process.execPath, [cli, "demo", "--json", "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
  cwd: folder,
  env,
});
const ended = new Promise((resolve) => server.once("exit", resolve));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
try {
  execFileSync("python3", ["-m", "venv", join(folder, "python")], { stdio: "inherit" });
  const bin = join(folder, "python/bin");
  execFileSync(join(bin, "pip"), ["install", "--quiet", `schemathesis==${VERSION}`], { stdio: "inherit" });
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: server.stdout }).once("line", resolve)),
    ended.then(() => undefined),
  ]);
  const started = JSON.parse(line ?? "{}");
  if (started.url === undefined) throw new Error("the demo did not start");
  // The drift of a view needs two generations.
  execFileSync(process.execPath, [cli, "materialize", "lyric_sentiment"], { stdio: "inherit", cwd: folder, env });
  const key = readFileSync(started.key_file, "utf8").trim();
  const run = spawnSync(
    join(bin, "schemathesis"),
    [
      ...["--config-file", config, "run", `${started.url}/openapi.json`],
      // Only training sets can be deleted. A deleted one stays readable, with the state `deleted`; its data is gone.
      ...["--checks", "all", "--exclude-checks", "use_after_free"],
      ...["--max-time", seconds, "--continue-on-failure", "--header", `Authorization: Bearer ${key}`],
      ...["--generation-database", "none"],
    ],
    { stdio: "inherit", cwd: folder },
  );
  process.exitCode = run.status ?? 1;
} finally {
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
