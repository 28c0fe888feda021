/**
 * Why an answer is not what its definition gives now as of the generation's time.
 * - `store_error`: it is not what the generation's own table says, or what is computed of what the tables say.
 * - `late_row`: leaving out the rows that were written after the run gives it.
 * - `source_changed`: rows of the entity were written after the run, and leaving them out does not give it.
 * - `unexplained`: no row of the entity was written after the run; the compiler or the run went wrong, or a row was deleted.
 *   Of what is computed: SQL gives another value than the server.
 * - `undetermined`: the source does not tell when its rows were written.
 */
export const differenceClasses = ["store_error", "late_row", "source_changed", "unexplained", "undetermined"] as const;

export type DifferenceClass = (typeof differenceClasses)[number];

export interface DifferenceExample {
  readonly class: DifferenceClass;
  readonly tenant: string;
  readonly key: Readonly<Record<string, string>>;
  /** Null: it was computed, from several. */
  readonly generation: number | null;
  /** Microseconds since 1970 UTC. */
  readonly servedAt: bigint;
  /** JSON texts; null where the values are personal, `replayed` also where there is no need of it. */
  readonly response: string | null;
  readonly stored: string | null;
  readonly replayed: string | null;
}

export interface FeatureAudit {
  /** `_status` stands for the status of the view's row. */
  readonly feature: string;
  /** Answers that were compared. */
  readonly answers: number;
  /** False: it was compared with the generation's table alone, as where its source does not tell the past. */
  readonly isReplayed: boolean;
  readonly differences: Readonly<Record<DifferenceClass, number>>;
  /** Up to five, the gravest class first. */
  readonly examples: readonly DifferenceExample[];
}

/** How old the generations were from which was answered, seconds. */
export interface Staleness {
  /** What the view promises; null: nothing. */
  readonly promised: number | null;
  readonly median: number;
  readonly max: number;
  /** Answers from a generation older than is promised. */
  readonly stale: number;
}

export interface ViewAudit {
  readonly view: string;
  readonly version: number;
  readonly answers: number;
  /** Of them, those whose generation is gone, so that nothing can be said of them. */
  readonly gone: number;
  /** Why answers could not be replayed, so that they were compared with the generation's table alone; null: they could. */
  readonly replayFailure: string | null;
  readonly features: readonly FeatureAudit[];
  readonly staleness: Staleness;
}

/** Of a computed feature `replayed` is the expression by SQL, over the same stored values. */
export interface ServiceAudit extends Pick<ViewAudit, "version" | "answers" | "gone" | "replayFailure" | "features"> {
  readonly service: string;
}

export interface AuditReport {
  /** Of views and of services. */
  readonly answers: number;
  readonly views: readonly ViewAudit[];
  /** What services computed. */
  readonly services: readonly ServiceAudit[];
  /** Differences that are faults: store errors and unexplained ones. */
  readonly faults: number;
}

/** Answers to one view with what is known of them, put together. */
export interface FeatureFinding {
  readonly feature: string;
  readonly isReplayed: boolean;
  /** Null: as it should be. */
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
