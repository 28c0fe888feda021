import type { compileDataset, Dataset } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";

type CompiledDataset = ReturnType<typeof compileDataset>;

/** Reads the rows of datasets, from their source or from the generations of their service. */
export interface DatasetReader {
  /** Compiles the rows of a dataset: the reason of an exclusion, then the columns, sorted by key. */
  planDataset(dataset: Dataset, input: Parameters<typeof compileDataset>[2]): CompiledDataset;
  /** Streams the rows of a planned dataset in PostgreSQL's COPY text format, all of one moment. */
  datasetRows(text: string, options?: CallOptions): AsyncIterable<Uint8Array>;
}
