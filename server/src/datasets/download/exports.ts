import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FeatstoreError, keyActor, randomId } from "../../core/index";
import type { RunHolder } from "../../database/index";
import type { KeyHolder } from "../../http/index";
import type { Snapshot } from "../dataset-types";
import { downloadOwner } from "./download-owner";
import { cancelled, EXPORTS, type ExportJobContext, runExport, WORK_PREFIX } from "./export-job";
import type { ExportSelection, StoredExport } from "./export-types";
import { SELECTING } from "./select-parquet";

export interface ExportsOptions extends ExportJobContext {
  readonly holder: RunHolder;
  /** Returns whether a process is surely dead. */
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  /** How long finished exports are stored. */
  readonly keptMs: number;
}

/** Makes files with some columns of a snapshot, one at a time. */
export interface Exports {
  /**
   * Begins an export, or finds the one that a request with the same idempotency key began. Errors:
   * `export_limit_reached`, `idempotency_key_reused`.
   */
  start(snapshot: Snapshot, selection: ExportSelection, caller: ExportCaller): Promise<StartedExport>;
  /** Errors: `export_not_found`, also for that of another owner. */
  read(dataset: string, id: string, holder: KeyHolder): Promise<StoredExport>;
  /** Cancels a running export, and removes the file of a finished one. Errors: `export_not_found`. */
  cancel(dataset: string, id: string, holder: KeyHolder): Promise<StoredExport>;
  /** Ends exports of dead processes, and removes expired exports and files that nobody needs. */
  sweep(): Promise<void>;
  /** Stops the exports of this process. */
  close(): Promise<void>;
}

export interface ExportCaller {
  readonly holder: KeyHolder;
  readonly address: string;
  readonly idempotencyKey: string | null;
}

export interface StartedExport {
  readonly export: StoredExport;
  /** False: the request is repeated. */
  readonly isNew: boolean;
}

const HOUR_MS = 3_600_000;

export function createExports(options: ExportsOptions): Exports {
  const { store, files, workFolder, holder: process, isDead, keptMs } = options;
  const closing = new AbortController();
  const active = new Map<string, AbortController>();
  let last: Promise<void> = Promise.resolve();

  const find = async (id: string): Promise<StoredExport | undefined> =>
    /^[a-z2-7]{16}$/.test(id) ? store.read(id) : undefined;

  const read = async (dataset: string, id: string, holder: KeyHolder): Promise<StoredExport> => {
    const found = await find(id);
    if (found !== undefined && found.dataset === dataset && found.owner === downloadOwner(holder)) return found;
    throw new FeatstoreError(
      "export_not_found",
      `There is no export "${id.slice(0, 40)}" of the dataset "${dataset}".`,
    );
  };

  return {
    async start(snapshot, selection, { holder, address, idempotencyKey }) {
      const { keyId: key, organisation } = holder;
      const begun = await store.create(
        {
          ...{ id: randomId(), dataset: snapshot.dataset, snapshot: snapshot.id, selection, key, organisation },
          ...{ owner: downloadOwner(holder), limit: holder.limits.exports, idempotencyKey },
        },
        process,
        keyActor(key, address),
      );
      if ("repeated" in begun) return { export: await read(snapshot.dataset, begun.repeated, holder), isNew: false };
      const stop = new AbortController();
      active.set(begun.id, stop);
      const signal = AbortSignal.any([stop.signal, closing.signal]);
      const job = { held: begun, snapshot, selection, turn: last, stop: signal };
      const done = runExport(options, job).finally(() => active.delete(begun.id));
      last = Promise.all([last, done]).then(() => undefined);
      return { export: await read(snapshot.dataset, begun.id, holder), isNew: true };
    },

    read,

    async cancel(dataset, id, holder) {
      const found = await read(dataset, id, holder);
      await store.cancel(id);
      active.get(id)?.abort(cancelled());
      if (found.state === "finished") await files.remove(`${EXPORTS}/${id}`);
      return read(dataset, id, holder);
    },

    async sweep() {
      const running = await store.running();
      const dead: string[] = [];
      for (const { token, holder } of running) if (await isDead(holder)) dead.push(token);
      // The folders first: an export has its row before its folder.
      const stored = await files.folders(EXPORTS);
      const local = await readdir(workFolder).catch(() => []);
      const needed = await store.sweep(dead, keptMs / 1000);
      const hourAgo = BigInt(Date.now() - HOUR_MS) * 1000n;
      for (const { folder, changedAt } of stored) {
        const name = folder.slice(EXPORTS.length + 1);
        // Another process may be copying a folder whose name begins with a dot.
        if (!needed.has(name) && (!name.startsWith(".") || changedAt < hourAgo)) await files.remove(folder);
      }
      for (const name of local) {
        const path = join(workFolder, name);
        const isLeft = name.startsWith(WORK_PREFIX)
          ? !needed.has(name.slice(WORK_PREFIX.length))
          : // A request that still reads its copies has not begun a day ago.
            name.startsWith(SELECTING) && (await stat(path)).mtimeMs < Date.now() - 24 * HOUR_MS;
        if (isLeft) await rm(path, { recursive: true, force: true });
      }
    },

    async close() {
      closing.abort(new FeatstoreError("export_interrupted", "The server stopped during the export."));
      await last;
    },
  };
}
