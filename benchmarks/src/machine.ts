import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** What the figures were measured on: absolute values mean nothing without it. */
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

/** wrk's path where it is installed; its own process, so that it takes nothing from the server's. */
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
  // It tells its version before it complains that it was given nothing to do.
  const { stdout, stderr } = spawnSync(wrk, ["--version"], { encoding: "utf8" });
  return /^wrk \S+/.exec(`${stdout}${stderr}`)?.[0] ?? "wrk";
}
