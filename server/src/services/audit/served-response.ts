import type { RequestInputs } from "../computed/read-inputs";
import type { Rendered } from "../render-features";
import type { Selection } from "../selection";

/** An answer of features as it was given. */
export type ServedResponse = {
  readonly selection: Selection;
  /** The tenant scope that was read; shared views are read in '' whatever it is. */
  readonly scope: string;
  /** The API key's id; null where none was asked for. */
  readonly keyId: string | null;
  /** Microseconds since 1970 UTC. */
  readonly at: number;
  /** Null where nothing is computed, and of an answer that was remembered, which depends on none. */
  readonly inputs: RequestInputs | null;
} & (
  | { readonly form: "single"; readonly id: string; readonly row: Rendered }
  | { readonly form: "batch"; readonly ids: string; readonly rows: readonly Rendered[] }
);

/** Told of some answers; gives how many entities are answered before it wants to be told of the next. Never throws. */
export type OnResponse = (response: ServedResponse) => number;
