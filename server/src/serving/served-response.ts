import type { RequestInputs } from "./computed/read-inputs";
import type { Rendered } from "./render/rendered";
import type { Selection } from "./selection/selection";

/** A features response as it was sent. */
export type ServedResponse = {
  readonly selection: Selection;
  /** The tenant scope of the read; shared views are always read in ''. */
  readonly scope: string;
  /** The API key's id; null if no key was needed. */
  readonly keyId: string | null;
  /** Microseconds since 1970 UTC. */
  readonly at: number;
  /** Null if nothing is computed, and for a cached response, which depends on no inputs. */
  readonly inputs: RequestInputs | null;
} & (
  | { readonly form: "single"; readonly id: string; readonly row: Rendered }
  | { readonly form: "batch"; readonly ids: string; readonly rows: readonly Rendered[] }
);

/** Observes some responses. Returns the number of entities to serve before the next call. Never throws. */
export type OnResponse = (response: ServedResponse) => number;
