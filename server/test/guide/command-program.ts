import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { commands } from "../../src/cli/index";
import { runCli } from "../../src/cli/kit/run-cli";
import { packageVersion } from "../../src/core/package-version";

/** Sends its arguments to the socket, writes what comes back, and exits with the command's code. */
const CLIENT = `
const { connect } = require("node:net");
const { createInterface } = require("node:readline");
const socket = connect(require("node:path").join(__dirname, "commands.sock"));
socket.write(JSON.stringify([process.argv.slice(2), process.env, process.cwd()]) + "\\n");
process.exitCode = 70;
createInterface({ input: socket }).on("line", (line) => {
  const [stream, text] = JSON.parse(line);
  if (stream === "exit") process.exitCode = text;
  else process[stream].write(text);
});
`;

/**
 * Writes the program `featstore` into a folder. Its commands run in this process, because starting Node with all modules
 * takes longer than most commands. Returns a function that ends it.
 */
export async function writeCommandProgram(folder: string): Promise<() => Promise<void>> {
  const client = join(folder, "featstore.cjs");
  await writeFile(client, CLIENT);
  await writeFile(join(folder, "featstore"), `#!/bin/sh\nexec '${process.execPath}' '${client}' "$@"\n`, {
    mode: 0o755,
  });
  const server = createServer((socket) => {
    const stopping = new AbortController();
    socket.on("close", () => stopping.abort()).on("error", () => stopping.abort());
    const send = (stream: string, content: string | number) => socket.write(`${JSON.stringify([stream, content])}\n`);
    createInterface({ input: socket }).once("line", async (line) => {
      const [words, environment, workingFolder] = JSON.parse(line) as [string[], Record<string, string>, string];
      const io = {
        stdout: (text: string) => void send("stdout", text),
        stderr: (text: string) => void send("stderr", text),
        ...{ terminal: false, environment, workingFolder, signal: stopping.signal },
      };
      send("exit", await runCli(words, io, commands, packageVersion()));
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "commands.sock"), resolve));
  return () => new Promise((resolve) => server.close(() => resolve()));
}
