// Builds the packages, starts `featstore serve`, and does both again after each change of the sources: the profile `dev` of
// docker-compose.yml. A build that fails leaves the old server running.
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ensureBuilt, root } from "./toolchain.mjs";

const SOURCES = [
  "feature-definitions/src",
  "feature-definitions/definitions",
  "migrations",
  "samples/src",
  "sdk/typescript/src",
  "server/src",
];
/** An editor saves several files at once. */
const SETTLE_MS = 200;

const changes = new EventEmitter();
let isChanged = false;
for (const folder of SOURCES) {
  watch(join(root, folder), { recursive: true }, () => {
    isChanged = true;
    changes.emit("change");
  });
}

let server = null;
const stop = async () => {
  if (server === null || server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.kill("SIGTERM");
  await exited;
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit(0)));

for (;;) {
  try {
    await ensureBuilt();
    await stop();
    server = spawn(process.execPath, [join(root, "server/bin/featstore.js"), "serve"], { stdio: "inherit" });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  if (!isChanged) await once(changes, "change");
  await pause(SETTLE_MS);
  isChanged = false;
  console.error("Something changed: building…");
}
