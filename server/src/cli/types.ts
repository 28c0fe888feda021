import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createClient } from "@featstore/client";
import { CommandProblem } from "../core/index";
import { readApiKey } from "./kit/api-key";
import { clientProblem } from "./kit/client-problem";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { type DeclaredRegistry, declarations } from "./types/declarations";
import { readRegistry } from "./types/read-registry";

export const types = defineFeatstoreCommand({
  name: "types",
  summary: "Writes the registry's row types as a .d.ts file for programs elsewhere, from a server or from the database",
  args: {
    out: { type: "string", description: "The file to write (default: stdout)", valueHint: "path" },
    url: {
      type: "string",
      description: "The server to read from (default: FEATSTORE_URL, or the database without it)",
      valueHint: "url",
    },
    "key-file": {
      type: "string",
      description: "A file with the API key, which needs registry:read (default: FEATSTORE_API_KEY)",
      valueHint: "path",
    },
  },
  examples: [
    { line: "featstore types --out src/featstore.d.ts", does: "writes the file, where the server runs" },
    { line: "featstore types --url https://features.example.com --out src/featstore.d.ts", does: "anywhere else" },
    { line: "featstore types", does: "prints it" },
  ],
  run: async (args, io) => {
    const url = args.url ?? (io.environment.FEATSTORE_URL || undefined);
    const { registry, from } =
      url === undefined
        ? await withDatabase(args, io, "require", async (session) => {
            const snapshot = await session.registry.snapshot();
            return { registry: snapshot, from: { revision: snapshot.revision } };
          })
        : { registry: await fetchRegistry(url, args["key-file"], io), from: { url } };
    const text = declarations(registry);
    if (args.out === undefined) return { json: { ...from, text }, text };
    const path = resolve(io.workingFolder, args.out);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const origin = "url" in from ? `from ${from.url}` : `registry revision ${from.revision}`;
    return { json: { ...from, path }, text: `Wrote ${args.out} (${origin}).` };
  },
});

async function fetchRegistry(baseUrl: string, keyFile: string | undefined, io: CommandIo): Promise<DeclaredRegistry> {
  const apiKey = await readApiKey(keyFile, io);
  if (apiKey === undefined)
    throw new CommandProblem({
      code: "api_key_missing",
      what: "reading a server's registry needs an API key with the scope registry:read",
      where: baseUrl,
      advice: "set FEATSTORE_API_KEY, or pass --key-file",
      exit: "usage",
    });
  try {
    return await readRegistry(createClient({ baseUrl, apiKey }), io.signal);
  } catch (error) {
    throw clientProblem(error, baseUrl, "run the command again");
  }
}
