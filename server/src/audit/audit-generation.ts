import type { Feature, FeatureView } from "@featstore/definitions/compiler";
import { eachMember } from "../core/index";
import { type ReplayRow, refusalOf, withoutHistory } from "../engine/index";
import { isSameValue } from "../point-in-time/index";
import type { RegisteredView } from "../registry/index";
import { emptyRowValue, OnlineStoreError } from "../serving/index";
import type { DifferenceClass, DifferenceExample, FeatureFinding } from "./audit-report";
import type { AuditedGeneration, StoredAnswer } from "./audit-store";
import type { AuditDependencies, AuditOptions } from "./audit-types";
import { expectedAnswer } from "./expected-answer";
import { type DifferenceExplainer, explainDifferences, type Subject } from "./explain-differences";
import { storedRows } from "./stored-rows";

/** The result of auditing a generation's responses. */
export interface GenerationAudit {
  readonly findings: readonly FeatureFinding[];
  /** Why the replay failed, for example because a source is gone; null if it succeeded. */
  readonly replayFailure: string | null;
}

/** Compares the responses from one generation. Null: its table is gone. */
export async function auditGeneration(
  dependencies: AuditDependencies,
  registered: RegisteredView,
  generation: AuditedGeneration,
  answers: readonly StoredAnswer[],
  options: AuditOptions,
): Promise<GenerationAudit | null> {
  if (generation.isDropped) return null;
  const { asOf, table } = generation;
  const rows = new Map(
    answers.map((answer): [string, ReplayRow] => [subjectOf(answer), { tenant: answer.tenant, key: answer.key, asOf }]),
  );
  const stored = await unlessGone(
    storedRows(dependencies.tables, registered, table, [...rows.values()], options.deadlineMs),
  );
  if (stored === null) return null;
  const subjects = new Map([...rows].map(([subject, row], index) => [subject, { row, stored: stored[index] }]));
  const replayed = await replayIfPossible(dependencies, registered, generation, subjects, options);
  const unreplayable = withoutHistory(registered.view);
  return {
    replayFailure: replayed.failure,
    findings: answers.flatMap((answer) => {
      const subject = replayed.subjects.get(subjectOf(answer));
      return subject === undefined ? [] : findingsOf(registered, answer, subject, unreplayable, replayed.explain);
    }),
  };
}

type Unplayed = Pick<Subject, "row" | "stored">;

/**
 * Returns the subjects with their replayed rows, or without and with the reason if the database rejects the statement.
 */
async function replayIfPossible(
  { engine }: AuditDependencies,
  { view }: RegisteredView,
  generation: AuditedGeneration,
  unplayed: ReadonlyMap<string, Unplayed>,
  options: AuditOptions,
): Promise<{
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly explain: DifferenceExplainer;
  readonly failure: string | null;
}> {
  try {
    const rows = await engine.rowsAsOf(
      view,
      [...unplayed.values()].map(({ row }) => row),
      options,
    );
    const subjects = new Map([...unplayed].map(([name, each], index) => [name, { ...each, replayed: rows[index] }]));
    const explain = await explainDifferences(engine, view, generation.watermark, [...subjects.values()], options);
    return { subjects, explain, failure: null };
  } catch (error) {
    const failure = refusalOf(error);
    if (failure === null) throw error;
    const subjects = new Map([...unplayed].map(([name, each]) => [name, { ...each, replayed: null }]));
    return { subjects, explain: () => null, failure };
  }
}

/** Compares the row's status and each feature in the response. */
function findingsOf(
  { view }: RegisteredView,
  answer: StoredAnswer,
  subject: Subject,
  unreplayable: ReadonlySet<string>,
  explain: DifferenceExplainer,
): readonly FeatureFinding[] {
  const stored = expectedAnswer(view, subject.stored, answer.servedAt);
  const replayed = subject.replayed === null ? null : expectedAnswer(view, subject.replayed, answer.servedAt);
  const finding = (
    feature: string,
    found: DifferenceClass | null,
    texts: Pick<DifferenceExample, "response" | "stored" | "replayed">,
    isReplayed: boolean,
  ): FeatureFinding => ({
    feature,
    isReplayed,
    difference: found && {
      ...texts,
      class: found,
      tenant: answer.tenant,
      key: Object.fromEntries(view.entity.key.map((key, index) => [key.name, answer.key[index] ?? ""])),
      generation: answer.generation,
      servedAt: answer.servedAt,
    },
  });
  const status = { response: JSON.stringify(answer.status), stored: null, replayed: null };
  const findings = [finding("_status", stored.isStatus(answer.status) ? null : "store_error", status, false)];
  eachMember(answer.values, (name, { text }) => {
    const feature = view.features.find((each) => each.name === name);
    if (feature === undefined) return;
    if (subject.stored === undefined && answer.status === "missing" && isEmptyRowValue(view, feature, text)) {
      findings.push(finding(name, null, status, false));
      return;
    }
    const inTable = stored.valueOf(name);
    const inReplay = replayed === null || unreplayable.has(name) ? null : replayed.valueOf(name);
    const texts = feature.contract.pii
      ? { response: null, stored: null, replayed: null }
      : { response: text, stored: inTable, replayed: inReplay };
    findings.push(finding(name, classOf(feature, text, inTable, inReplay), texts, inReplay !== null));
  });
  return findings;

  function classOf(
    feature: Feature,
    response: string,
    inTable: string,
    inReplay: string | null,
  ): DifferenceClass | null {
    // A store must return exactly what the table holds.
    if (!isSameValue({ ...feature, expression: EXACT }, response, inTable)) return "store_error";
    if (inReplay === null || isSameValue(feature, inTable, inReplay)) return null;
    return explain(subject, feature, inTable, inReplay);
  }
}

/** Returns whether a non-null value is the default row of a member that the generation does not have yet. */
function isEmptyRowValue(view: FeatureView, feature: Feature, text: string): boolean {
  return text !== "null" && view.entity.population !== null && text === emptyRowValue(view, feature);
}

/** An expression without float sums, so that values are compared exactly. */
const EXACT: Feature["expression"] = { kind: "literal", type: "string", value: null };

function subjectOf({ tenant, key }: Pick<StoredAnswer, "tenant" | "key">): string {
  return JSON.stringify([tenant, ...key]);
}

async function unlessGone<Result>(result: Promise<Result>): Promise<Result | null> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof OnlineStoreError && error.code === "gone") return null;
    throw error;
  }
}
