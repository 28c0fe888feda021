import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a worker thread that runs `file`, which is in the caller's folder and an entry of `tsup.config.ts`. `here`: the caller's
 * `import.meta.url`; `file`: the file's name without extension.
 */
export function startWorker(here: string, file: string, options: WorkerOptions): Worker {
  if (!here.endsWith(".ts")) return new Worker(new URL(`./${file}.js`, here), options);
  // When run from source (tests, development), Node cannot run the worker's TypeScript, so jiti loads it.
  const jiti = pathToFileURL(createRequire(here).resolve("jiti")).href;
  const worker = new URL(`./${file}.ts`, here).href;
  const text = `import(${JSON.stringify(jiti)}).then(({ createJiti }) => createJiti(${JSON.stringify(worker)}).import(${JSON.stringify(worker)}))`;
  return new Worker(text, { eval: true, ...options });
}
