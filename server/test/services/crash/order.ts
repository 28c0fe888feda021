export type Action = "materialize" | "incremental" | "backfill" | "apply";

/** What a child process is told to do, as JSON in its first argument. */
export interface ChildOrder {
  readonly database: { readonly url: string } | { readonly folder: string };
  readonly action: Action;
  /** The statement, from 1, at which the child stops and waits to be killed; 0: it runs to its end. */
  readonly killAt: number;
  /** `before` stops in front of the statement, `within` sends it when told to go. */
  readonly mode: "before" | "within";
  /** First survey, run to the end undisturbed, survey again. */
  readonly recoverFirst: boolean;
}

/** What a child tells its parent. */
export type ChildMessage =
  | {
      readonly kind: "recovered";
      readonly before: Survey;
      readonly failure: string | null;
      readonly after: Survey;
      /** How many statements the undisturbed action took. */
      readonly statements: number;
      /** Which of them, from 1, change something. */
      readonly writes: readonly number[];
    }
  | { readonly kind: "at" }
  | { readonly kind: "sent" }
  | { readonly kind: "answered" }
  | { readonly kind: "done"; readonly statements: number };

/** What a dead process may leave, and what is served. */
export interface Survey {
  readonly servedGeneration: number | null;
  /** Rows of the served table, and what the view for people gives. */
  readonly servedRows: number | null;
  readonly peopleRows: number | null;
  /** Entities of the served generation whose values are not those of the source at its as-of time. */
  readonly wrongRows: number | null;
  readonly versions: readonly string[];
  /** Every relation in schema `features`. */
  readonly relations: readonly string[];
  /** What an undisturbed history would have left there. */
  readonly expectedRelations: readonly string[];
  readonly leases: number;
  readonly runningRuns: number;
  readonly unfinishedGenerations: number;
  readonly applies: number;
}
