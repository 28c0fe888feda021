import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Describes the machine, without which absolute values mean nothing. */
export function describeMachine(): Readonly<Record<string, string>> {
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    "load average": loadavg()
      .map((value) => value.toFixed(2))
      .join(" "),
    node: process.version,
    v8: process.versions.v8,
    hono: versionOf("server", "hono"),
    "@hono/node-server": versionOf("server", "@hono/node-server"),
    postgres: versionOf("server", "postgres"),
    ioredis: versionOf("server", "ioredis"),
    "load generator": loadGeneratorVersion(),
  };
}

function versionOf(folder: string, name: string): string {
  return JSON.parse(readFileSync(join(root, folder, "node_modules", name, "package.json"), "utf8")).version;
}

/** Finds wrk's path if it is installed. It runs in its own process, so that it does not slow down the server. */
export function findWrk(): string | undefined {
  try {
    return (
      execFileSync("which", ["wrk"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

function loadGeneratorVersion(): string {
  const wrk = findWrk();
  if (wrk === undefined) return `autocannon ${versionOf("benchmarks", "autocannon")}`;
  // wrk prints its version before the error about missing arguments.
  const { stdout, stderr } = spawnSync(wrk, ["--version"], { encoding: "utf8" });
  return /^wrk \S+/.exec(`${stdout}${stderr}`)?.[0] ?? "wrk";
}
