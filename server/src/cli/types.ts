import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { declarations } from "./types/declarations";

export const types = defineFeatstoreCommand({
  name: "types",
  summary: "Writes the registry's row types as a .d.ts file for programs elsewhere",
  args: {
    out: { type: "string", description: "The file to write (default: stdout)", valueHint: "path" },
  },
  examples: [
    { line: "featstore types --out src/featstore.d.ts", does: "writes the file" },
    { line: "featstore types", does: "prints it" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ registry }) => {
      const snapshot = await registry.snapshot();
      const text = declarations(snapshot);
      if (args.out === undefined) return { json: { revision: snapshot.revision, text }, text };
      const path = resolve(io.workingFolder, args.out);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return {
        json: { revision: snapshot.revision, path },
        text: `Wrote ${args.out} (registry revision ${snapshot.revision}).`,
      };
    }),
});
