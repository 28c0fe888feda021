#!/usr/bin/env node

import { createInterface } from "node:readline/promises";
import { commands, runCli } from "./cli/index";
import { packageVersion, processEnvironment } from "./core/index";

const stopping = new AbortController();
let signals = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    signals += 1;
    stopping.abort();
    // The first signal requests a shutdown, a second one forces it.
    if (signals > 1) process.exit(130);
  });
// A closed pipe, as with `head`, is not an error.
process.stdout.on("error", (error) => {
  if ("code" in error && error.code === "EPIPE") process.exit(0);
  throw error;
});

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once("SIGINT", () => stopping.abort());
  try {
    return await terminal.question(question, { signal: stopping.signal });
  } finally {
    terminal.close();
  }
}

/** Time for what is still open after a stop, such as a socket whose other side does not respond. */
const LINGER_MS = 1000;

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
    colours: process.stdout.isTTY === true && process.stdout.hasColors(),
    ...(process.stdin.isTTY === true && process.stderr.isTTY === true ? { ask } : {}),
    environment: processEnvironment(),
    workingFolder: process.cwd(),
    signal: stopping.signal,
  },
  commands,
  packageVersion(),
);
if (stopping.signal.aborted) setTimeout(() => process.exit(), LINGER_MS).unref();
