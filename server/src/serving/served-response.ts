import type { RequestInputs } from "./computed/read-inputs";
import type { BatchRows, Rendered } from "./render/rendered";
import type { Selection } from "./selection/selection";

interface Served {
  /** `asOf` is set if the rows are those of a time in the past. */
  readonly selection: Selection;
  /** The tenant scope of the read; shared views are always read in ''. */
  readonly scope: string;
  /** The API key's id; null if no key was needed. */
  readonly keyId: string | null;
  /** Microseconds since 1970 UTC. */
  readonly at: number;
  /** Null if nothing is computed, and for a cached response, which depends on no inputs. */
  readonly inputs: RequestInputs | null;
}

/** One entity as it was served. */
export interface ServedSingle extends Served {
  readonly form: "single";
  /** The id as it was sent. */
  readonly id: string;
  readonly row: Rendered;
}

/** The rows of a batch as they were served. */
export interface ServedBatch extends Served, BatchRows {
  readonly form: "batch";
}

export type ServedResponse = ServedSingle | ServedBatch;
