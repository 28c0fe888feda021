// Runs commands and servers for the checks of packages.
import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** Runs a command and returns what it printed; fails with all its output. `command` with spaces is a line of a shell. */
export function run(command, args = [], { cwd, env = process.env, timeoutMs = 300_000 } = {}) {
  return new Promise((resolve, reject) => {
    const isLine = args.length === 0 && command.includes(" ");
    const child = spawn(command, args, {
      cwd,
      env,
      shell: isLine,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    const pieces = { stdout: [], all: [] };
    child.stdout.on("data", (piece) => pieces.stdout.push(piece) && pieces.all.push(piece));
    child.stderr.on("data", (piece) => pieces.all.push(piece));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(pieces.stdout).toString());
      const output = Buffer.concat(pieces.all).toString().slice(-4000);
      reject(new Error(`${[command, ...args].join(" ")}\nended with ${signal ?? code}\n${output}`));
    });
  });
}

/** Starts a server and waits until `url` answers. */
export async function serve(command, args, { url, cwd, env = process.env }) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => output.push(piece));
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.once("error", (error) => output.push(Buffer.from(String(error))));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined) return { stop };
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${command} ${args.join(" ")} does not answer\n${Buffer.concat(output)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Finds a free port on loopback. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
