export type Action = "materialize" | "incremental" | "backfill" | "apply";

export interface Moment {
  /** Number of the statement (from 1) at which the child stops and waits for its parent. */
  readonly statement: number;
  /** `before` waits before the statement, `within` sends it on request. */
  readonly mode: "before" | "within";
}

/** Instructions for a child process, as JSON in its first argument. */
export interface ChildOrder {
  readonly database: { readonly url: string } | { readonly folder: string };
  readonly action: Action;
  /** In order. At each, the child waits to be continued or killed. */
  readonly moments: readonly Moment[];
}

/** Message from a child to its parent. */
export type ChildMessage =
  | { readonly kind: "at" }
  | { readonly kind: "sent" }
  | { readonly kind: "answered" }
  | { readonly kind: "done"; readonly statements: number };

/** Everything that a dead process may leave behind, and the served generation. */
export interface Survey {
  readonly servedGeneration: number | null;
  /** Number of rows in the served table, and in the SQL view. */
  readonly servedRows: number | null;
  readonly peopleRows: number | null;
  /** Number of entities of the served generation whose values differ from the source's at its as-of time. */
  readonly wrongRows: number | null;
  readonly versions: readonly string[];
  /** Every relation in the schema `features`. */
  readonly relations: readonly string[];
  /** The relations after an undisturbed history. */
  readonly expectedRelations: readonly string[];
  readonly leases: number;
  readonly runningRuns: number;
  readonly unfinishedGenerations: number;
  readonly applies: number;
}
