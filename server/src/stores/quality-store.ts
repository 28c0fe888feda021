import type { Profile } from "@featstore/definitions";
import type { CallOptions } from "../database/database";
import type { GenerationName } from "./offline-store";

/** A generation that was filled, and what its rows are like. */
export interface ProfiledGeneration extends GenerationName {
  /** The table's name in schema `features`; dropped by now, perhaps. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Microseconds since 1970 UTC; null: it broke a contract and was not published. */
  readonly publishedAt: bigint | null;
  readonly profile: Profile | null;
}

/** A view version whose last run failed or died. */
export interface FailedView {
  readonly view: string;
  readonly version: number;
  /** `contract_broken`, `holder_died`, …: what the run failed of. */
  readonly code: string;
}

/** How far the features of a generation have moved since another one, as it was measured when it was published. */
export interface StoredDrift {
  readonly against: "previous" | "baseline";
  /** The other generation. */
  readonly baseline: number;
  /** An array of JSON objects, a feature each. */
  readonly features: readonly unknown[];
}

/** Reads what is known of the quality of generations. */
export interface QualityStore {
  /** Undefined: there is no such generation, or it was never filled. */
  generation(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** The newest published generation before this one that has a profile. */
  before(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** The generation that drift of a view version is measured from, with its profile; undefined where none was chosen. */
  baseline(view: string, version: number, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Makes a generation the baseline of its version; false where it has no profile. */
  setBaseline(name: GenerationName, by: string, options?: CallOptions): Promise<boolean>;
  /** What a query over the table of a generation gives, kept nowhere; null where the table is gone. */
  profileOfScope(name: GenerationName, query: string, options?: CallOptions): Promise<Profile | null>;
  /** Keeps what was measured of a generation that has a profile. */
  keepDrifts(name: GenerationName, drifts: readonly StoredDrift[], options?: CallOptions): Promise<void>;
  drifts(name: GenerationName, options?: CallOptions): Promise<readonly StoredDrift[]>;
  /** Versions that are not retired, in the order of their names. */
  failedViews(options?: CallOptions): Promise<readonly FailedView[]>;
}
