import { writeInBackground } from "../../core/index";
import type { Exports } from "./exports";

const EVERY_MS = 60_000;

/** Sweeps now and then every minute. The returned function stops this and waits for a running sweep. */
export function startSweeps(exports: Pick<Exports, "sweep">, onError: (error: unknown) => void): () => Promise<void> {
  let isClosing = false;
  const sweeps = writeInBackground(() => (isClosing ? Promise.resolve() : exports.sweep().catch(onError)), EVERY_MS);
  void sweeps.flush();
  return () => {
    isClosing = true;
    return sweeps.close();
  };
}
