import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { invalidParameter } from "../../core/index";
import {
  type ApiRequest,
  codes,
  countedBytes,
  type Handler,
  json,
  keyed,
  names,
  problems,
  type Reply,
  requestOf,
  text,
} from "../../http/index";
import type { Snapshot } from "../dataset-types";
import { readableDataset } from "../readable-dataset";
import { dataFiles, onlyFile, parseFormat } from "./data-files";
import { countSent, fileAddress, redirectTo } from "./dataset-file";
import { Export, exampleExport, fileResponses, redirection, selectionCodes } from "./dataset-schema";
import type { Downloads } from "./downloads";
import { exportAddress, exportReply } from "./export-document";
import { exportCaller, resolveSelection } from "./export-request";
import type { ExportSelection } from "./export-types";
import { requestedSnapshot } from "./requested-snapshot";
import { selectedBytes } from "./selected-bytes";
import { dataTypes } from "./stored-file";

const OPERATION = "downloadDataset";
const parameters = {
  dataset: text("The name of the dataset", "state_of_the_union"),
  // Another one is refused with a code of its own.
  format: text("The format; `parquet` by default: `parquet`, `csv`, `jsonl`, `json`").openapi({
    pattern: "^(parquet|csv|jsonl|json)$",
  }),
  features: names("Columns with commas; the key is always included. Without it the response is a file of the snapshot"),
  snapshot: text("The id of a snapshot, its version, or `latest`, the default"),
  split: text("`train`, `validation` or `test`"),
  part: z
    .string()
    .regex(/^\d{1,6}$/, "expected a number from 0")
    .transform(Number)
    .describe("The number of a part, from 0; not with `features`"),
};

export const downloadDatasetContract = createRoute({
  method: "get",
  path: "/api/dataset/download",
  operationId: OPERATION,
  tags: ["datasets"],
  summary: "Download a dataset, or some of its columns",
  description:
    "Without `features` it redirects to the file. With `features` it sends the columns, in the snapshot's order, if the " +
    "snapshot has at most `datasets.stream_mb` of the format; otherwise it makes an export (202), to which the same request " +
    "redirects once it is finished. Needs scope `datasets:read`; public datasets need no key if the operator allows it.",
  security: [...keyed, {}],
  request: { query: z.object(parameters).partial().required({ dataset: true }).strict() },
  responses: {
    200: { description: "The columns", content: fileResponses[200].content },
    202: {
      ...json(Export, "The export that is being made", exampleExport),
      headers: z.object({ Location: z.string().describe("The path of the export") }),
    },
    302: redirection("To the file"),
    ...problems(
      ...codes.keyed,
      ...selectionCodes,
      "invalid_parameter",
      "dataset_file_ambiguous",
      "idempotency_key_reused",
      "snapshot_damaged",
      "storage_unavailable",
    ),
  },
});

const read = requestOf(downloadDatasetContract);

export function downloadDataset(downloads: Downloads): Handler {
  return async (request) => {
    const { dataset, part, ...selected } = read(request).query;
    const { features } = selected;
    if (features === undefined) {
      await readableDataset(downloads.reader, request, dataset);
      const format = parseFormat(selected.format);
      const snapshot = await requestedSnapshot(downloads.reader, dataset, selected.snapshot ?? "latest");
      const split = selected.split ?? null;
      const file = onlyFile(dataFiles(snapshot, { format, split, ...(part === undefined ? {} : { part }) }));
      return redirectTo(fileAddress(dataset, snapshot.id, file.name));
    }
    if (part !== undefined) throw invalidParameter([{ path: "part", detail: "it excludes features" }]);
    const { snapshot, selection } = await resolveSelection(downloads, request, dataset, selected);
    const bytes = dataFiles(snapshot, selection).reduce((total, file) => total + file.bytes, 0);
    return bytes <= downloads.streamBytes
      ? streamed(downloads, request, snapshot, selection)
      : exported(downloads, request, snapshot, selection);
  };
}

async function streamed(
  downloads: Downloads,
  request: ApiRequest,
  snapshot: Snapshot,
  selection: ExportSelection,
): Promise<Reply> {
  const stopped = new AbortController();
  const rows = selectedBytes(downloads, snapshot, selection, { signal: stopped.signal });
  // A damaged file is reported before the response begins. Nothing is read for a HEAD response.
  let first = request.method === "GET" ? await rows.next() : undefined;
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = first ?? (await rows.next());
        first = undefined;
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        stopped.abort();
        await rows.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  if (request.method === "GET") downloads.counts.add(snapshot.dataset, snapshot.id, 1, 0);
  const count = (bytes: number) => countSent(downloads, request, OPERATION, { snapshot, bytes, isData: true });
  return {
    status: 200,
    contentType: dataTypes[selection.format],
    body: countedBytes(source, count),
    headers: {
      "accept-ranges": "none",
      "cache-control": "no-cache",
      "content-disposition": `attachment; filename="${snapshot.dataset}-${snapshot.version}.${selection.format}"`,
    },
  };
}

async function exported(
  { exports, keptMs }: Downloads,
  request: ApiRequest,
  snapshot: Snapshot,
  selection: ExportSelection,
): Promise<Reply> {
  // The same request finds its export again.
  const text = JSON.stringify([snapshot.id, selection]);
  const key = `download-${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
  const caller = exportCaller(request, key);
  // HEAD changes nothing.
  if (request.method !== "GET") return { status: 202, contentType: "application/json", body: null };
  const started = await exports.start(snapshot, selection, caller);
  if (started.export.state === "finished" && !started.isNew) return redirectTo(`${exportAddress(started.export)}/data`);
  return exportReply(started, keptMs);
}
