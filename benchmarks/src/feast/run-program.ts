import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const wrapper = join(import.meta.dirname, "../../feast/run_and_measure.py");

export interface Measured {
  /** From the start of the process to its end. */
  readonly milliseconds: number;
  /** The largest resident memory of one of its processes. */
  readonly mebibytes: number;
}

/** Runs a command of either product in the same way; fails with its output. */
export async function runProgram(
  python: string,
  command: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Measured> {
  const env = { ...process.env, ...environment };
  try {
    const { stdout } = await promisify(execFile)(python, [wrapper, ...command], { cwd, env, maxBuffer: 2 ** 28 });
    const [, text] = /^@measured (.*)$/m.exec(stdout) ?? [];
    const { seconds, mebibytes }: { seconds: number; mebibytes: number } = JSON.parse(text ?? "");
    return { milliseconds: seconds * 1000, mebibytes };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command.join(" ")} failed\n${stdout}${stderr}`, { cause: error });
  }
}
