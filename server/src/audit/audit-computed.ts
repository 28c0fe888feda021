import {
  type ComputedFeature,
  columnsRead,
  type FeatureReference,
  type FeatureService,
  type FeatureView,
  featureColumnName,
  inputColumnName,
  type ValueType,
} from "@featstore/definitions/compiler";
import { eachMember } from "../core/index";
import { DatabaseError } from "../database/index";
import type { ViewRow } from "../engine/index";
import { isSameValue } from "../point-in-time/index";
import type { RegistrySnapshot } from "../registry/index";
import { emptyRowValue } from "../serving/index";
import { type FeatureFinding, featureAudits, type ServiceAudit } from "./audit-report";
import type { ComputedSourceRow, StoredComputedAnswer } from "./audit-store";
import type { AuditDependencies, AuditOptions } from "./audit-types";
import { type ComputedValues, computeAgain, computeBySql, isComparedBySql, isNear, magnitudeOf } from "./compute-again";
import { expectedAnswer } from "./expected-answer";
import { createSourceRowReader, type FoundSourceRow } from "./source-row-reader";

/**
 * Compares computed values with a recomputation from the generations' tables. The same evaluator shows whether the
 * values were computed from other inputs, and SQL shows whether the evaluator is right.
 */
export async function auditComputed(
  dependencies: AuditDependencies,
  snapshot: RegistrySnapshot,
  service: FeatureService,
  answers: readonly StoredComputedAnswer[],
  options: AuditOptions,
): Promise<ServiceAudit> {
  const valuesByAnswer = await valuesOf(dependencies, snapshot, service, answers, options);
  const present = answers.flatMap((answer, index) => {
    const values = valuesByAnswer[index];
    return values === undefined ? [] : [{ answer, values }];
  });
  const computed = service.computed ?? [];
  const types = columnTypes(snapshot, service);
  const { rows, failure } = await bySqlIfPossible(dependencies, computed, types, present, options);
  const findings = present.flatMap(({ answer, values }, index) =>
    findingsOf(service, snapshot, answer, { values, types, bySql: rows?.[index] }),
  );
  return {
    service: service.name,
    version: service.version,
    answers: answers.length,
    gone: answers.length - present.length,
    replayFailure: failure,
    features: featureAudits(findings),
  };
}

/** Returns for each response the values that its expressions read, from the tables; undefined if a table is gone. */
async function valuesOf(
  dependencies: AuditDependencies,
  snapshot: RegistrySnapshot,
  service: FeatureService,
  answers: readonly StoredComputedAnswer[],
  options: AuditOptions,
): Promise<readonly (ComputedValues | undefined)[]> {
  const ways = new Map(service.features.flatMap(({ view, through }) => (through ? [[view, through] as const] : [])));
  const reader = createSourceRowReader({ ...dependencies, snapshot }, options);
  const own = answers.map(({ sourceRows }) => sourceRows.filter(({ view }) => !ways.has(view)));
  const ownRows = await reader.read(own.flat());
  const rowsOf = (sourceRows: readonly ComputedSourceRow[], rows: ReadonlyMap<ComputedSourceRow, FoundSourceRow>) =>
    sourceRows.flatMap((sourceRow) => rows.get(sourceRow) ?? []);
  const joined = answers.map(({ sourceRows, servedAt }, index) => {
    const found = rowsOf(own[index] ?? [], ownRows);
    return sourceRows.flatMap((sourceRow) => {
      const way = ways.get(sourceRow.view);
      // By the key that the table holds, whichever key was used for the response.
      return way === undefined ? [] : [{ ...sourceRow, key: keyOf(way, found, servedAt) }];
    });
  });
  const joinedRows = await reader.read(joined.flat());
  return answers.map(({ sourceRows, inputs, servedAt }, index) => {
    const found = [...rowsOf(own[index] ?? [], ownRows), ...rowsOf(joined[index] ?? [], joinedRows)];
    if (found.length < sourceRows.length) return undefined;
    const values = new Map<string, string>();
    const members = new Set(
      rowsOf(own[index] ?? [], ownRows).flatMap(({ view, row }) => (row === undefined ? [] : [populationOf(view)])),
    );
    const joinedViews = new Set(rowsOf(joined[index] ?? [], joinedRows).map(({ view }) => view));
    for (const { view, row } of found) {
      const isMember = view.entity.population !== null && !joinedViews.has(view) && members.has(populationOf(view));
      const expected = expectedAnswer(view, row ?? (isMember ? emptyViewRow(view) : undefined), servedAt);
      for (const { name } of view.features) {
        values.set(featureColumnName({ view: view.name, feature: name }), expected.valueOf(name));
      }
    }
    eachMember(inputs, (name, { text }) => void values.set(inputColumnName({ name }), text));
    return values;
  });
}

function populationOf({ entity }: FeatureView): string {
  return JSON.stringify(entity.population);
}

/** Returns what was read for a member that the generation does not have yet. */
function emptyViewRow(view: FeatureView): ViewRow {
  return {
    eventTime: null,
    values: new Map(view.features.map((feature) => [feature.name, emptyRowValue(view, feature)])),
  };
}

function keyOf(
  { view: name, feature }: Omit<FeatureReference, "through">,
  rows: readonly FoundSourceRow[],
  at: bigint,
): readonly string[] | null {
  const found = rows.find(({ view }) => view.name === name);
  const text = found === undefined ? "null" : expectedAnswer(found.view, found.row, at).valueOf(feature);
  if (text === "null") return null;
  return [text.startsWith('"') ? String(JSON.parse(text)) : text];
}

function columnTypes(snapshot: RegistrySnapshot, service: FeatureService): ReadonlyMap<string, ValueType> {
  const stored = service.features.flatMap(({ view, version, feature }) => {
    const registered = snapshot.featureViews.get(view)?.versions.get(version);
    const type = registered?.view.features.find(({ name }) => name === feature)?.type;
    return type === undefined ? [] : [[featureColumnName({ view, feature }), type] as const];
  });
  const inputs = (service.inputs ?? []).map((input) => [inputColumnName(input), input.type] as const);
  return new Map([...stored, ...inputs]);
}

async function bySqlIfPossible(
  { engine }: AuditDependencies,
  computed: readonly ComputedFeature[],
  types: ReadonlyMap<string, ValueType>,
  present: readonly { readonly answer: StoredComputedAnswer; readonly values: ComputedValues }[],
  options: AuditOptions,
): Promise<{ readonly rows: readonly ReadonlyMap<string, string>[] | null; readonly failure: string | null }> {
  try {
    const valuesByAnswer = present.map(({ answer, values }) => ({ values, at: answer.servedAt }));
    return { rows: await computeBySql(engine, computed, types, valuesByAnswer, options), failure: null };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
    return { rows: null, failure: error.message };
  }
}

interface ReplayInputs {
  readonly values: ComputedValues;
  /** By column. */
  readonly types: ReadonlyMap<string, ValueType>;
  /** The values that SQL computed, by feature. */
  readonly bySql: ReadonlyMap<string, string> | undefined;
}

function findingsOf(
  service: FeatureService,
  snapshot: RegistrySnapshot,
  answer: StoredComputedAnswer,
  { values, types, bySql }: ReplayInputs,
): readonly FeatureFinding[] {
  const findings: FeatureFinding[] = [];
  const keys = snapshot.entities.get(service.entity)?.key ?? [];
  eachMember(answer.values, (name, { text }) => {
    const feature = service.computed?.find((each) => each.name === name);
    if (feature === undefined) return;
    const stored = computeAgain(feature, values, types, answer.servedAt);
    const replayed = isComparedBySql(feature, values, types) ? (bySql?.get(name) ?? null) : null;
    const isStored = isSameValue({ type: feature.type, expression: EXACT }, text, stored);
    const isReplayed = replayed === null || isNear(feature, stored, replayed, magnitudeOf(values, types));
    // An input may be personal, although its declaration does not say so.
    const readsInputs = (service.inputs ?? []).some((input) => reads(feature, inputColumnName(input)));
    const isPersonal = feature.contract.pii === true || readsInputs || readsPersonal(answer, snapshot);
    findings.push({
      feature: name,
      isReplayed: replayed !== null,
      difference:
        isStored && isReplayed
          ? null
          : {
              class: isStored ? "unexplained" : "store_error",
              tenant: answer.tenant,
              key: Object.fromEntries(keys.map((key, index) => [key.name, answer.key[index] ?? ""])),
              generation: null,
              servedAt: answer.servedAt,
              ...(isPersonal ? { response: null, stored: null, replayed: null } : { response: text, stored, replayed }),
            },
    });
  });
  return findings;
}

/** An expression without float sums, so that values are compared exactly. */
const EXACT: ComputedFeature["expression"] = { kind: "literal", type: "string", value: null };

function reads({ expression }: ComputedFeature, column: string): boolean {
  return columnsRead([expression]).has(column);
}

function readsPersonal({ sourceRows }: StoredComputedAnswer, snapshot: RegistrySnapshot): boolean {
  return sourceRows.some(({ view, version }) =>
    snapshot.featureViews
      .get(view)
      ?.versions.get(version)
      ?.view.features.some(({ contract }) => contract.pii === true),
  );
}
