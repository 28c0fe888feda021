import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a worker thread that runs `file`, which is in the caller's folder and an entry of `tsup.config.ts`. `here`: the caller's
 * `import.meta.url`; `file`: the file's name without extension.
 */
export function startWorker(here: string, file: string, options: WorkerOptions): Worker {
  if (!here.endsWith(".ts")) return new Worker(new URL(`./${file}.js`, here), options);
  return new Worker(sourceText(here, file), { eval: true, ...options });
}

/** Starts a process that runs `file` like `startWorker`, without environment variables. */
export function startProcess(
  here: string,
  file: string,
  options: { readonly stdio: StdioOptions; readonly cwd: string },
): ChildProcess {
  const program = here.endsWith(".ts")
    ? ["--eval", sourceText(here, file)]
    : [fileURLToPath(new URL(`./${file}.js`, here))];
  return spawn(process.execPath, program, { ...options, env: {} });
}

/** When run from source (tests, development), Node cannot run the file's TypeScript, so jiti loads it. */
function sourceText(here: string, file: string): string {
  const jiti = pathToFileURL(createRequire(here).resolve("jiti")).href;
  const source = new URL(`./${file}.ts`, here).href;
  return `import(${JSON.stringify(jiti)}).then(({ createJiti }) => createJiti(${JSON.stringify(source)}).import(${JSON.stringify(source)}))`;
}
