import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const standIns = join(root, "scripts/containers/stand-ins.sh");

/** The port of the proxy on this machine; another one than by default, so that a running server is no obstacle. */
export const PORT = 18_080;
export const POSTGRES_PORT = 18_032;

const isPossible =
  process.getuid?.() === 0 &&
  existsSync("/etc/debian_version") &&
  readFileSync("/etc/debian_version", "utf8").startsWith("12");

/** True if the tests are skipped: podman is installed here only as root on Debian 12. REQUIRE_SERVICES=1 fails instead. */
export const withoutPodman = !isPossible && process.env.REQUIRE_SERVICES !== "1";

export interface Podman {
  podman(...words: readonly string[]): Promise<string>;
  /** podman-compose, in the repository's folder. */
  compose(...words: readonly string[]): Promise<string>;
}

/** Installs podman and the base images, and returns the commands; the output is that of stdout. */
export async function startPodman(project: string): Promise<Podman> {
  await run("bash", [standIns, "start"], { maxBuffer: 1e8 });
  const { stdout: exports } = await run("bash", [standIns, "env"]);
  const script = `${exports}\nexec "$@"`;
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: project,
    FEATSTORE_PORT: String(PORT),
    FEATSTORE_POSTGRES_PORT: String(POSTGRES_PORT),
    FEATSTORE_REDIS_PORT: "18079",
    FEATSTORE_AUTH: "true",
    FEATSTORE_AUTH_SIGNUP: "open",
    FEATSTORE_AUTH_BASE_URL: `http://127.0.0.1:${PORT}`,
    FEATSTORE_CONFIG: "./containers/test/featstore.config.yaml",
  };
  const within = async (command: string, words: readonly string[]): Promise<string> => {
    const options = { cwd: root, env, maxBuffer: 1e8, timeout: 600_000 };
    const { stdout } = await run("bash", ["-c", script, "bash", command, ...words], options);
    return stdout.trim();
  };
  return {
    podman: (...words) => within("podman", words),
    compose: (...words) => within("podman-compose", words),
  };
}
