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

/** Reads what is known of the quality of generations. */
export interface QualityStore {
  /** Undefined: there is no such generation, or it was never filled. */
  generation(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** The newest published generation before this one that has a profile. */
  before(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Versions that are not retired, in the order of their names. */
  failedViews(options?: CallOptions): Promise<readonly FailedView[]>;
}
