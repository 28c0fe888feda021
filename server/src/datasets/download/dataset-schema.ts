import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "../../core/index";
import { header, text } from "../../http/index";

export const DatasetName = z.object({ name: text("The name of the dataset", "state_of_the_union") });

export const SnapshotFileName = DatasetName.extend({
  snapshot: text("The id of a snapshot, its version, or `latest`", "latest"),
  file: text("The name of the file, as the manifest lists it", "train-00000-of-00001.parquet"),
});

/** The conditions and the range of a request for a file. */
export const fileHeaders = z.object({
  Range: header("One part of the file, `bytes=100-199`, `bytes=100-` or `bytes=-100`; of several the whole is sent"),
  "If-Range": header("The `ETag` of the file that the part belongs to; of another file, the whole is sent"),
  "If-Match": header("Entity tags of the only files that the client wants"),
  "If-None-Match": header("Entity tags of files that the client has"),
});

const file = { schema: z.string().openapi({ format: "binary" }) };
const headers = z.object({
  ETag: z.string().describe("The SHA-256 of the file, in quotes"),
  "Repr-Digest": z.string().describe("The SHA-256 of the file, RFC 9530"),
  "Accept-Ranges": z.string(),
});

/** The media types of files. */
const content = {
  "application/vnd.apache.parquet": file,
  "text/csv": file,
  "application/x-ndjson": file,
  "application/json": file,
  "text/markdown": file,
  "text/plain": file,
};

/** The responses with a file. */
export const fileResponses = {
  200: { description: "The file", content, headers },
  206: { description: "The requested part", content, headers },
  304: { description: "The client has this file already, as its If-None-Match says" },
};

export const redirection = (description: string) => ({
  description,
  headers: z.object({ Location: z.string() }),
});

export const datasetCodes = ["dataset_not_found", "resource_forbidden"] as const satisfies readonly ErrorCode[];

export const fileCodes = [
  ...datasetCodes,
  "snapshot_not_found",
  "snapshot_withdrawn",
  "snapshot_damaged",
  "dataset_file_not_found",
  "terms_not_accepted",
  "precondition_failed",
  "range_not_satisfiable",
  "storage_unavailable",
] as const satisfies readonly ErrorCode[];

export const Terms = z.object({ version: z.string(), text: z.string() }).openapi("DatasetTerms");
export const TermsVersion = z
  .object({ version: z.string().min(1).describe("The version of the terms that you accept") })
  .strict()
  .openapi("DatasetTermsVersion");
export const Acceptance = z
  .object({
    dataset: z.string(),
    version: z.string(),
    accepted_at: z.string().describe("When your organisation, or this key without one, accepted them first"),
  })
  .openapi("DatasetAcceptance");

export const ExportId = DatasetName.extend({ id: text("The id of the export", "k3v7w2q5m4x6p2ab") });

export const ExportRequest = z
  .object({
    snapshot: z.string().min(1).default("latest").describe("An id, a version, or `latest`"),
    format: z.string().default("parquet").describe("`parquet`, `csv`, `jsonl` or `json`"),
    features: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Columns; the key is always included. All by default"),
    split: z.string().min(1).optional().describe("`train`, `validation` or `test`; all rows by default"),
  })
  .strict()
  .openapi("DatasetExportRequest");

export const Export = z
  .object({
    id: z.string(),
    dataset: z.string(),
    snapshot: z.string().describe("The snapshot's id"),
    format: z.string(),
    features: z.array(z.string()).describe("The columns, in the snapshot's order"),
    split: z.string().nullable(),
    state: z.enum(["running", "finished", "failed", "cancelled", "expired"]),
    rows: z.int().describe("Rows so far"),
    bytes: z.int().nullable().describe("Size of the finished file"),
    sha256: z.string().nullable().describe("SHA-256 of the finished file"),
    failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: z.string(),
    finished_at: z.string().nullable(),
    expires_at: z.string().nullable().describe("When the file is removed (`datasets.export_hours`)"),
    url: z.string().nullable().describe("The path of the finished file"),
  })
  .openapi("DatasetExport");

export const exampleExport: z.infer<typeof Export> = {
  ...{ id: "k3v7w2q5m4x6p2ab", dataset: "state_of_the_union" },
  snapshot: "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
  ...{ format: "csv", features: ["speech_id", "year"], split: null, state: "running", rows: 0 },
  ...{ bytes: null, sha256: null, failure: null, created_at: "2026-11-23T07:30:00.000000Z" },
  ...{ finished_at: null, expires_at: null, url: null },
};

/** The codes of requests for columns of a snapshot. */
export const selectionCodes = [
  ...datasetCodes,
  "snapshot_not_found",
  "snapshot_withdrawn",
  "dataset_file_not_found",
  "dataset_format_unknown",
  "dataset_column_unknown",
  "terms_not_accepted",
  "export_limit_reached",
] as const satisfies readonly ErrorCode[];
