import { InvalidCallError } from "../errors";
import type { components } from "../generated/openapi";
import type { CallOptions, Transport } from "../transport";
import { pause } from "../transport/pause";
import { ExportFailedError } from "./errors";
import { createHasher } from "./node-files";
import type { RemoteFile } from "./open-range";
import type { DatasetFormat } from "./wire";

/** The selected columns of a snapshot. */
export interface ExportSelection {
  readonly dataset: string;
  /** The snapshot's id. */
  readonly snapshot: string;
  readonly format: DatasetFormat;
  readonly features: readonly string[];
  readonly split: string | undefined;
}

type ExportBody = components["schemas"]["DatasetExport"];

const FIRST_POLL_MS = 100;
const MAX_POLL_MS = 2_000;

/**
 * Lets the server write the selected columns to a file of its own, and waits for it. The same selection finds the same
 * export again, so that a later call can resume its download. Errors: `ExportFailedError`.
 */
export async function exportFile(
  transport: Transport,
  selection: ExportSelection,
  call: CallOptions,
): Promise<RemoteFile> {
  const { dataset, snapshot, format, features, split } = selection;
  if (features.length === 0) throw new InvalidCallError("features must have at least one column");
  const content = { snapshot, format, features, ...(split === undefined ? {} : { split }) };
  const path = `/api/datasets/${encodeURIComponent(dataset)}/exports`;
  const expect = (answer: Readonly<Record<string, unknown>>) =>
    typeof answer.id === "string" && typeof answer.state === "string";
  const idempotencyKey = sha256Of(JSON.stringify([dataset, content])).slice(0, 32);
  let { body } = await transport<ExportBody>({
    ...call,
    idempotencyKey,
    takesIdempotencyKey: true,
    method: "POST",
    path,
    body: content,
    expect,
  });
  const exportPath = `${path}/${encodeURIComponent(body.id)}`;
  for (let pauseMs = FIRST_POLL_MS; body.state === "running"; pauseMs = Math.min(MAX_POLL_MS, pauseMs * 2)) {
    await pause(pauseMs, call.signal);
    ({ body } = await transport<ExportBody>({ ...call, method: "GET", path: exportPath, expect }));
  }
  const { id, state, bytes, sha256, failure } = body;
  if (state !== "finished" || typeof bytes !== "number" || !/^[0-9a-f]{64}$/.test(sha256 ?? ""))
    throw new ExportFailedError(
      id,
      failure?.code ?? `export_${state}`,
      `The export of ${features.length} columns of ${dataset} ended as ${state}: ${failure?.detail ?? "start it again"}`,
    );
  const name = [
    dataset.replaceAll(/[^A-Za-z0-9_]/g, "_"),
    ...(split === undefined ? [] : [split]),
    idempotencyKey.slice(0, 8),
  ].join("-");
  return { name: `${name}.${format}`, path: `${exportPath}/data`, bytes, sha256: sha256 ?? "" };
}

function sha256Of(text: string): string {
  const hasher = createHasher();
  hasher.update(new TextEncoder().encode(text));
  return hasher.digest();
}
