import type { Profile } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import type { GenerationName } from "../materialization/index";

/** A loaded generation and the profile of its rows. */
export interface ProfiledGeneration extends GenerationName {
  /** The table's name in schema `features`; the table may be dropped. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Microseconds since 1970 UTC; null if it broke a contract and was not published. */
  readonly publishedAt: bigint | null;
  readonly profile: Profile | null;
}

/** A view version whose last run failed or died. */
export interface FailedView {
  readonly view: string;
  readonly version: number;
  /** The cause of the failure: `contract_broken`, `holder_died`, … */
  readonly code: string;
}

/** The drift of a generation's features from another generation, measured at its publish. */
export interface StoredDrift {
  readonly against: "previous" | "baseline";
  /** The generation compared with. */
  readonly baseline: number;
  /** JSON objects, one per feature. */
  readonly features: readonly unknown[];
}

/** Stores profiles and drift of generations. */
export interface QualityStore {
  /** Reads a generation; undefined if it does not exist or was never loaded. */
  generation(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Finds the newest earlier published generation that has a profile. */
  before(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Reads a version's drift baseline with its profile; undefined if none is chosen. */
  baseline(view: string, version: number, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Makes a generation the baseline of its version; false if it has no profile. */
  setBaseline(name: GenerationName, by: string, options?: CallOptions): Promise<boolean>;
  /** Computes a profile with a query over a generation's table without storing it; null if the table is gone. */
  profileOfScope(name: GenerationName, query: string, options?: CallOptions): Promise<Profile | null>;
  /** Stores the drift of a generation with a profile. */
  saveDrifts(name: GenerationName, drifts: readonly StoredDrift[], options?: CallOptions): Promise<void>;
  drifts(name: GenerationName, options?: CallOptions): Promise<readonly StoredDrift[]>;
  /** Lists failed versions that are not retired, in the order of their names. */
  failedViews(options?: CallOptions): Promise<readonly FailedView[]>;
}
