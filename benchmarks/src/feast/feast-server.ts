import { cpus } from "node:os";
import { join } from "node:path";
import { type ServerProcess, startServer } from "../child-process";
import { processorTimeOfAll } from "../processes";
import { freePort } from "../serving";
import type { FeastRepository } from "./feast-repository";

/** Feast's documentation recommends twice the cores and one more; `--workers -1` means the same. */
export const RECOMMENDED_WORKERS = 2 * cpus().length + 1;

/**
 * Starts Feast's Python server with the recommended starting points of
 * https://docs.feast.dev/how-to-guides/online-server-performance-tuning#tuning-recommendations:
 * workers are recycled rarely, connections stay open, and the registry is refreshed every five minutes. It writes no access
 * log (Featstore writes one), checks no keys and keeps no metrics, which are its defaults.
 */
export async function startFeast(repository: FeastRepository, workers: number): Promise<ServerProcess> {
  const port = await freePort();
  const [command = "", ...args] = repository.command(
    "serve",
    ...["--host", "127.0.0.1", "--port", String(port), "--workers", String(workers)],
    ...["--worker-connections", "1000", "--max-requests", "10000", "--max-requests-jitter", "500"],
    ...["--keep-alive-timeout", "60", "--registry_ttl_sec", "300", "--no-access-log"],
  );
  const server = await startServer({
    command: [command, ...args],
    cwd: repository.folder,
    environment: repository.environment,
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path: "/health", headers: {} },
    logFile: join(repository.folder, `server-${port}.log`),
  });
  return { ...server, processorTime: () => processorTimeOfAll(server.pid) };
}
