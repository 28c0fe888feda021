import { createHash } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { FeatstoreError, fullDisk, holdLease, problemOf } from "../../core/index";
import { DamagedBytes } from "../../http/index";
import type { Snapshot } from "../dataset-types";
import type { ExportStore } from "./export-store";
import type { ExportFailure, ExportSelection, HeldExport } from "./export-types";
import { type SelectionReading, selectedBytes } from "./selected-bytes";

export interface ExportJobContext extends SelectionReading {
  readonly store: ExportStore;
  /** A local folder for files that are not complete. */
  readonly workFolder: string;
  /** Called for failures that are not the caller's. */
  readonly onJobFault: (error: unknown, id: string) => void;
}

/** The folder of exports in the storage. No dataset can have this name. */
export const EXPORTS = ".exports";
export const WORK_PREFIX = ".exporting-";
/** The name of an export's file, which the storage and clients see. */
export const exportFile = (selection: ExportSelection) => `data.${selection.format}`;

export interface ExportJob {
  readonly held: HeldExport;
  readonly snapshot: Snapshot;
  readonly selection: ExportSelection;
  /** Resolves when the job may begin. It keeps its lease while it waits. */
  readonly turn: Promise<void>;
  /** Cancels it. */
  readonly stop: AbortSignal;
}

/** Runs an export to its end and stores how it ended. Never rejects. */
export async function runExport(
  context: ExportJobContext,
  { held, snapshot, selection, turn, stop }: ExportJob,
): Promise<void> {
  const { store, onJobFault } = context;
  let rows = 0;
  const lease = holdLease(async () => (await store.heartbeat(held, rows)) === "held", { reason: cancelled });
  const signal = AbortSignal.any([stop, lease.lost]);
  const folder = join(context.workFolder, `${WORK_PREFIX}${held.id}`);
  const stored = `${EXPORTS}/${held.id}`;
  try {
    await Promise.race([turn, aborted(signal)]);
    signal.throwIfAborted();
    const onRows = (done: number) => {
      rows = done;
    };
    const written = await write(
      folder,
      exportFile(selection),
      selectedBytes(context, snapshot, selection, { onRows, signal }),
    );
    await context.files.publish(folder, stored, signal);
    if (!(await store.finish(held, { ...written, rows }))) throw cancelled();
  } catch (error) {
    const failure = failureOf(error, signal);
    if (failure?.code === "internal") onJobFault(error, held.id);
    // What cannot be removed or stored now, the next sweep ends.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    await context.files.remove(stored).catch(() => undefined);
    await store.fail(held, failure === null ? "cancelled" : "failed", failure).catch(() => undefined);
  } finally {
    await lease.release();
  }
}

async function write(folder: string, name: string, chunks: AsyncIterable<Uint8Array>) {
  await mkdir(folder, { recursive: true });
  const handle = await open(join(folder, name), "wx");
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      for (let from = 0; from < chunk.byteLength; ) from += (await handle.write(chunk, from)).bytesWritten;
      bytes += chunk.byteLength;
    }
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Marks the end of an export that somebody cancelled. */
class Cancelled extends Error {}
export const cancelled = () => new Cancelled("The export was cancelled.");

/** Null: it was cancelled. */
function failureOf(error: unknown, signal: AbortSignal): ExportFailure | null {
  const cause = signal.aborted ? signal.reason : error;
  if (cause instanceof Cancelled) return null;
  const full = fullDisk(cause);
  if (full !== undefined) return { code: full.code, detail: full.detail };
  if (cause instanceof FeatstoreError) return { code: cause.code, detail: cause.detail };
  if (cause instanceof DamagedBytes) return { code: "snapshot_damaged", detail: `${cause.message}.` };
  const { code, detail } = problemOf(cause, "");
  return { code, detail };
}
