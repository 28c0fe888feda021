import type { Grants } from "../core/index";
import type { TrainingFormat } from "./output/result-column";
import type { Split } from "./plan/split";
import type { TrainingSelection } from "./plan/training-plan";
import type { SpineReader } from "./spine/spine-row";
import type { TrainingSetOwner } from "./training-set-types";

/** A request for a training set. */
export interface TrainingSetRequest extends TrainingSelection {
  readonly spine: SpineReader;
  readonly format: TrainingFormat;
  /** The tenant whose features are read; null for none. */
  readonly tenant: string | null;
  /** The key that orders it, whose rows are counted when it finishes. Absent: a command. */
  readonly owner?: TrainingSetOwner | undefined;
  /** Limits the views that are read. Default: every view may be. */
  readonly grants?: Grants | null | undefined;
  /** Default `as_of`. */
  readonly asOfColumn?: string | undefined;
  /** The IANA zone of as-of times without an offset; absent, such times are refused. */
  readonly timeZone?: string | undefined;
  /** The spine columns to keep in the result. Default: all. */
  readonly columns?: readonly string[] | undefined;
  readonly split?: Split | undefined;
  /** The passthrough column or key that is a label; its distribution and the features that equal it are reported. */
  readonly labelColumn?: string | undefined;
  /** The reason why features may equal a label. */
  readonly allowLeakage?: string | undefined;
  /** Reuses a finished training set with the same definitions, spine, options and sources. Sources without transaction ids never count as unchanged. */
  readonly reuse?: boolean | undefined;
  /** Cancels the training set, including the loading of its spine. */
  readonly signal?: AbortSignal | undefined;
}
