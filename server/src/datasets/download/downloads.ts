import type { UsageMeter } from "../../usage/index";
import type { DatasetReader } from "../dataset-reader";
import type { SnapshotFiles } from "../files/snapshot-files";
import type { Acceptances } from "./acceptances";

/** What downloads of datasets need. */
export interface Downloads {
  readonly reader: DatasetReader;
  readonly files: SnapshotFiles;
  readonly acceptances: Acceptances;
  /** True if public datasets can be read without a key. */
  readonly anonymous: boolean;
  /** True if files on S3 are served by redirect to a signed URL. */
  readonly redirects: boolean;
  /** Called for the bytes of downloads that were sent. */
  readonly onSent?: UsageMeter["countBytes"] | undefined;
  /** Called when the first byte of a data file is requested. */
  readonly onDownload?: ((dataset: string, snapshot: string, file: string) => void) | undefined;
  /** Called for a file that is missing or damaged. */
  readonly onFault?: ((error: unknown, path: string) => void) | undefined;
}
