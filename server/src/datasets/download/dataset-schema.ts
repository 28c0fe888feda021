import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "../../core/index";
import { header } from "../../http/index";

const pathText = (description: string, example: string) => z.string().min(1).describe(description).openapi({ example });

export const DatasetName = z.object({ name: pathText("The name of the dataset", "state_of_the_union") });

export const SnapshotFileName = DatasetName.extend({
  snapshot: pathText("The id of a snapshot, its version, or `latest`", "latest"),
  file: pathText("The name of the file, as the manifest lists it", "train-00000-of-00001.parquet"),
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
