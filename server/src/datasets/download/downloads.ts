import type { UsageMeter } from "../../usage/index";
import type { DatasetReader } from "../dataset-reader";
import type { Acceptances } from "./acceptances";
import type { DownloadCounts } from "./download-counts";
import type { Exports } from "./exports";
import type { SelectionReading } from "./selected-bytes";
import type { UnchangedFiles } from "./unchanged-files";

/** The dependencies of downloads of datasets. */
export interface Downloads extends SelectionReading {
  readonly reader: DatasetReader;
  readonly acceptances: Acceptances;
  readonly exports: Exports;
  /** True if public datasets can be read without a key. */
  readonly anonymous: boolean;
  /** True if files on S3 are served by redirect to a signed URL. */
  readonly redirects: boolean;
  /** Bytes of a selection of columns that are sent at once. */
  readonly streamBytes: number;
  /** How long finished exports are stored. */
  readonly keptMs: number;
  /** Checks files of which a part is requested; undefined: they are not checked. */
  readonly unchanged?: UnchangedFiles;
  readonly counts: DownloadCounts;
  /** Called for the bytes of downloads that were sent. */
  readonly onSent?: UsageMeter["countBytes"] | undefined;
}
