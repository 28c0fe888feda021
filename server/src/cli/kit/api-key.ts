import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CommandProblem } from "../../core/index";
import type { CommandIo } from "./command";

/**
 * Reads the API key of a command that calls a server: from the file of `--key-file`, else from `FEATSTORE_API_KEY`.
 * Undefined without either. Errors: `key_file_unreadable`.
 */
export async function readApiKey(path: string | undefined, io: CommandIo): Promise<string | undefined> {
  if (path === undefined) return io.environment.FEATSTORE_API_KEY || undefined;
  try {
    return (await readFile(resolve(io.workingFolder, path), "utf8")).trim();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw new CommandProblem(
      {
        code: "key_file_unreadable",
        what: `"${path}" cannot be read (${code})`,
        where: "--key-file",
        advice: "pass a file that holds the key",
        exit: "usage",
      },
      { cause },
    );
  }
}
