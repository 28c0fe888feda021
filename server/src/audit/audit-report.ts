/**
 * Classes of differences between a response and what its definition yields now as of the generation's time.
 * - `store_error`: the response differs from the generation's own table, or from what is computed from the tables.
 * - `late_row`: a replay without the rows written after the run yields the response.
 * - `source_changed`: rows of the entity were written after the run, and a replay without them does not yield the
 *   response.
 * - `unexplained`: no row of the entity was written after the run. The compiler or the run is wrong, or a row was
 *   deleted. For computed features: SQL yields another value than the server.
 * - `undetermined`: the source does not record when its rows were written.
 */
export const differenceClasses = ["store_error", "late_row", "source_changed", "unexplained", "undetermined"] as const;

export type DifferenceClass = (typeof differenceClasses)[number];

export interface DifferenceExample {
  readonly class: DifferenceClass;
  readonly tenant: string;
  readonly key: Readonly<Record<string, string>>;
  /** Null: it was computed from several generations. */
  readonly generation: number | null;
  /** Microseconds since 1970 UTC. */
  readonly servedAt: bigint;
  /** JSON texts; null if the values are personal. `replayed` is also null if it was not needed. */
  readonly response: string | null;
  readonly stored: string | null;
  readonly replayed: string | null;
}

export interface FeatureAudit {
  /** `_status` is the status of the view's row. */
  readonly feature: string;
  /** Responses that were compared. */
  readonly answers: number;
  /** False: it was compared only with the generation's table, for example because its source keeps no history. */
  readonly isReplayed: boolean;
  readonly differences: Readonly<Record<DifferenceClass, number>>;
  /** Up to five examples, the most severe class first. */
  readonly examples: readonly DifferenceExample[];
}

/** Ages in seconds of the generations that served the responses. */
export interface Staleness {
  /** The promise of the view; null: none. */
  readonly promised: number | null;
  readonly median: number;
  readonly max: number;
  /** Responses from a generation older than promised. */
  readonly stale: number;
}

export interface ViewAudit {
  readonly view: string;
  readonly version: number;
  readonly answers: number;
  /** Responses whose generation is gone, so that they cannot be audited. */
  readonly gone: number;
  /**
   * Why responses could not be replayed and were compared only with the generation's table; null: they were replayed.
   */
  readonly replayFailure: string | null;
  readonly features: readonly FeatureAudit[];
  readonly staleness: Staleness;
}

/** For a computed feature, `replayed` is the expression in SQL over the same stored values. */
export interface ServiceAudit extends Pick<ViewAudit, "version" | "answers" | "gone" | "replayFailure" | "features"> {
  readonly service: string;
}

export interface AuditReport {
  /** From views and services. */
  readonly answers: number;
  readonly views: readonly ViewAudit[];
  /** Features computed by services. */
  readonly services: readonly ServiceAudit[];
  /** Differences that are faults: store errors and unexplained ones. */
  readonly faults: number;
}

/** The finding for one feature of one response, before aggregation. */
export interface FeatureFinding {
  readonly feature: string;
  readonly isReplayed: boolean;
  /** Null: no difference. */
  readonly difference: DifferenceExample | null;
}

const EXAMPLES = 5;

export function featureAudits(findings: readonly FeatureFinding[]): readonly FeatureAudit[] {
  const names = [...new Set(findings.map(({ feature }) => feature))].sort();
  return names.map((feature) => {
    const own = findings.filter((finding) => finding.feature === feature);
    const different = own.flatMap(({ difference }) => difference ?? []);
    const of = (name: DifferenceClass) => different.filter((each) => each.class === name);
    return {
      feature,
      answers: own.length,
      isReplayed: own.every(({ isReplayed }) => isReplayed),
      differences: {
        store_error: of("store_error").length,
        late_row: of("late_row").length,
        source_changed: of("source_changed").length,
        unexplained: of("unexplained").length,
        undetermined: of("undetermined").length,
      },
      examples: (["store_error", "unexplained", "source_changed", "late_row", "undetermined"] as const)
        .flatMap(of)
        .slice(0, EXAMPLES),
    };
  });
}

export function stalenessOf(promised: number | null, ages: readonly number[]): Staleness {
  const sorted = [...ages].sort((a, b) => a - b);
  return {
    promised,
    median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    max: sorted.at(-1) ?? 0,
    stale: promised === null ? 0 : sorted.filter((age) => age > promised).length,
  };
}
