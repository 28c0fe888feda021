import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export const root = join(import.meta.dirname, "../..");
const cli = join(root, "server/dist/cli.js");

/** Returns the arguments of `node` for a command of the built product. */
export function featstoreCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, cli, ...args];
}

/** Runs a command of the product and returns its output; fails with its error output. */
export async function featstore(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const [command = "", ...rest] = featstoreCommand(...args);
  try {
    const { stdout } = await promisify(execFile)(command, rest, {
      cwd: root,
      env: { ...process.env, ...environment },
      maxBuffer: 2 ** 28,
    });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`featstore ${args.join(" ")} failed\n${stdout}${stderr}`, { cause: error });
  }
}
