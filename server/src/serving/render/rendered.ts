import type { ErrorCode } from "../../core/index";
import type { EntityKey } from "../online-store/online-store";
import type { RowStatus } from "../read/read-rows";
import type { Selection } from "../selection/selection";
import type { Answer } from "./answer";

/** Metadata of one row, by view. */
export interface RowDetails {
  /** The time of its newest fact; null if there is none. */
  readonly eventTimes: readonly (string | null)[];
  /** The features whose null was replaced by a default. */
  readonly defaulted: readonly (readonly string[])[];
  /** Computed features whose null was replaced by a default. */
  readonly computedDefaulted: readonly string[];
}

/**
 * The part of a response about one entity, assembled from JSON texts without parsing or serialising. Rows of a
 * generation never change, so the text is valid until one of them expires.
 */
export interface Rendered {
  /** For a single read the whole response, for a batch the row as a JSON array. */
  readonly text: string;
  /** `invalid_id`: in a batch, the id could not be read. */
  readonly status: RowStatus | "invalid_id";
  /** JSON array of the statuses by view. */
  readonly statuses: string;
  /** Microseconds since 1970 UTC. Minus infinity if a view timed out, so that no other read uses the text. */
  readonly validUntil: number;
  /** For each view of the selection, the key of the other entity's row; null if no view leads to another entity. */
  readonly joined: readonly (EntityKey | null)[] | null;
  /** The row's part of the metadata; null if not requested. */
  readonly details: RowDetails | null;
  /** For a single read, the response with its headers, built once for all requests that share it. */
  readonly answer: Answer | null;
}

/** Why one id of a batch could not be read, if that fails only its row. */
export interface RowError {
  readonly position: number;
  /** `ids[3].speech_id` */
  readonly path: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The rows of a batch before they are rendered in the requested format. */
export interface BatchRows {
  readonly selection: Selection;
  /** The tenant scope of the read. */
  readonly scope: string;
  /** The JSON array as it was sent. */
  readonly ids: string;
  /** One row per id. */
  readonly rows: readonly Rendered[];
  /** Null: an unreadable id fails the batch. */
  readonly errors: readonly RowError[] | null;
  /** The time of the read, microseconds since 1970 UTC. */
  readonly at: number;
}
