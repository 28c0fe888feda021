import { columnsRead } from "../ir/canonical";
import {
  type Dataset,
  DUPLICATE_KEY,
  DUPLICATE_TEXT,
  INVALID_VALUE,
  isNullableWhenCleaned,
  QUALITY_SCORE,
  strictCast,
  TAKEN_DOWN,
} from "../ir/dataset";
import type { Expression } from "../ir/expressions";
import { DEFAULT_ENGINE, type FeatureService, type FeatureView, type Source, scopeOf } from "../ir/nodes";
import { featureColumnName } from "../ir/service-columns";
import { engineOf } from "../ir/source-parts";
import { typeOf } from "../ir/type-of";
import { childrenOf, some } from "../ir/visit";
import { checkOneEngine } from "./check-engine";
import { checkFilter } from "./check-expression";
import { checkName, repeated } from "./check-names";
import { checkVectorType } from "./check-operands";
import { checkReads, type Declared, unportableNode } from "./check-reads";
import { findFeature } from "./check-reference";
import { checkTimes } from "./check-view";
import { nearestName } from "./nearest";
import type { Report } from "./report";
import { licenceFault } from "./spdx";

/** The definitions that a dataset may publish. */
export interface Publishable {
  readonly services: readonly FeatureService[];
  readonly views: readonly FeatureView[];
}

/** The values that expressions of a dataset may read. */
interface RowsOfDataset {
  readonly keys: readonly string[];
  /** Undefined for a feature that does not exist, which its service reports. */
  readonly readable: ReadonlyMap<string, Declared | undefined>;
  /** The names of values that are personal data. */
  readonly personal: ReadonlySet<string>;
}

/** Checks a dataset with the services and views that it may publish. A source's own declaration is checked elsewhere. */
export function checkDataset(report: Report, dataset: Dataset, publishable: Publishable): void {
  checkName(report, "name", dataset.name);
  const rows =
    dataset.rows.kind === "source"
      ? sourceRows(report, dataset.rows.source)
      : serviceRows(report, dataset.rows, publishable);
  checkColumns(report, dataset, rows);
  checkCleaning(report, dataset);
  checkQuality(report, dataset);
  checkExclusions(report, dataset, rows);
  checkSplit(report, dataset);
  checkPublication(report, dataset);
  if (dataset.schedule !== undefined) checkTimes(report, "schedule", dataset.schedule);
}

function sourceRows(report: Report, source: Source): RowsOfDataset {
  checkFilter(report, "from.where", source, source.filter);
  checkOneEngine(report, "from", [source]);
  if (engineOf(source) !== DEFAULT_ENGINE)
    report("dataset_of_engine", "from", { name: source.name, engine: engineOf(source) });
  if (source.key.length === 0) report("dataset_without_key", "from", { name: source.name });
  if (source.tenant !== null) report("dataset_of_tenants", "from", { name: source.name });
  for (const { name } of source.key) checkName(report, `from.key.${name}`, name);
  const columns = [...source.columns, ...source.key.map((column) => ({ ...column, nullable: false }))];
  return {
    keys: source.key.map(({ name }) => name),
    readable: new Map(columns.map(({ name, type, nullable }) => [name, { type, nullable }])),
    personal: new Set(),
  };
}

/** Null if the service is unknown. */
function serviceRows(
  report: Report,
  { name, version }: Extract<Dataset["rows"], { kind: "service" }>,
  { services, views }: Publishable,
): RowsOfDataset | null {
  const service = services.find((each) => each.name === name && each.version === version);
  if (service === undefined) {
    const nearest = nearestName(
      `${name}@${version}`,
      services.map((each) => `${each.name}@${each.version}`),
    );
    report("dataset_service_unknown", "from", { name: `${name}@${version}`, nearest });
    return null;
  }
  const silent: Report = () => undefined;
  const found = service.features.map((reference) => ({
    name: featureColumnName(reference),
    found: findFeature(silent, "", reference, views),
  }));
  for (const { found: each } of found)
    if (each !== undefined && scopeOf(each.view) === "tenant")
      report("dataset_of_tenants", "from", { name: `${each.view.name}@${each.view.version}` });
  const [first] = service.features.map((reference) => reference.through ?? reference);
  const population = first && findFeature(silent, "", first, views)?.view;
  return {
    keys: population?.entity.key.map((key) => key.name) ?? [],
    readable: new Map(
      found.map((each) => [
        each.name,
        each.found && { type: each.found.feature.type, nullable: each.found.feature.default === undefined },
      ]),
    ),
    personal: new Set(found.flatMap((each) => (each.found?.feature.contract.pii === true ? [each.name] : []))),
  };
}

/** Checks an expression over the dataset's rows; false if it reads something unknown. */
function checkExpression(report: Report, path: string, expression: Expression, rows: RowsOfDataset | null): boolean {
  const unportable = unportableNode(expression);
  if (unportable !== null) report("dataset_not_portable", path, unportable);
  if (childrenOf(expression).some((child) => some(child, isStrictCast))) report("dataset_strict_inside", path, {});
  if (rows === null) return false;
  const declarationOf = (name: string): Declared | undefined => {
    if (!rows.readable.has(name)) {
      report("dataset_reads_unknown", path, { name, nearest: nearestName(name, rows.readable.keys()) });
    }
    return rows.readable.get(name);
  };
  return checkReads({ report, path, declarationOf }, expression);
}

function isStrictCast(node: Expression): boolean {
  return node.kind === "cast" && strictCast({ expression: node }) !== null;
}

function checkColumns(report: Report, { columns, cleaning }: Dataset, rows: RowsOfDataset | null): void {
  if (columns.length === 0) report("dataset_without_columns", "columns", {});
  for (const name of repeated(columns.map((column) => column.name))) {
    report("dataset_column_duplicate", `columns.${name}`, { name });
  }
  for (const { name, expression, type, nullable, description } of columns) {
    const path = `columns.${name}`;
    checkName(report, path, name);
    if (name === QUALITY_SCORE || rows?.keys.includes(name) === true) {
      report("dataset_column_reserved", path, { name, isKey: name !== QUALITY_SCORE });
    }
    if (description.trim() === "") report("dataset_column_undocumented", path, { name });
    if (checkExpression(report, path, expression, rows)) {
      const describe = (each: Declared): string => (each.nullable ? `${each.type} or null` : each.type);
      const actual: Declared = {
        type: typeOf(expression),
        nullable: isNullableWhenCleaned(expression, cleaning.missing.length > 0),
      };
      if (describe(actual) !== describe({ type, nullable })) {
        report("feature_type_differs", path, { declared: describe({ type, nullable }), actual: describe(actual) });
      }
    }
    checkVectorType(report, path, type);
    for (const each of columnsRead([expression])) {
      if (rows?.personal.has(each) === true) report("dataset_reads_personal", path, { name: each });
    }
  }
}

/** Returns a column of the dataset; undefined, with a diagnostic, if there is none of the name. */
function columnNamed(report: Report, path: string, { columns }: Dataset, name: string): Declared | undefined {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) {
    const known = columns.map((column) => column.name);
    report("dataset_column_unknown", path, { name, nearest: nearestName(name, known) });
  }
  return found;
}

function checkCleaning(report: Report, dataset: Dataset): void {
  const { uniqueText: name } = dataset.cleaning;
  if (name === null) return;
  const column = columnNamed(report, "clean.uniqueText", dataset, name);
  if (column !== undefined && column.type !== "string") {
    report("dataset_text_unsuitable", "clean.uniqueText", { name, found: column.type });
  }
}

function checkQuality(report: Report, dataset: Dataset): void {
  const { quality } = dataset;
  if (quality === null) return;
  const path = "quality.score";
  const unportable = unportableNode(quality.expression);
  if (unportable !== null) report("dataset_not_portable", path, unportable);
  const declarationOf = (name: string): Declared | undefined => columnNamed(report, path, dataset, name);
  const isKnown = checkReads({ report, path, declarationOf }, quality.expression);
  const found = typeOf(quality.expression);
  if (isKnown && found !== "float64") report("dataset_score_type", path, { found });
  if (quality.description.trim() === "") report("dataset_part_missing", "quality.description", { part: "description" });
}

const ownReasons = [TAKEN_DOWN, DUPLICATE_KEY, DUPLICATE_TEXT, INVALID_VALUE];

function checkExclusions(report: Report, { exclusions }: Dataset, rows: RowsOfDataset | null): void {
  const taken = [...repeated(exclusions.map(({ reason }) => reason)), ...ownReasons];
  for (const { reason, description, when } of exclusions) {
    const path = `exclude.${reason}`;
    checkName(report, path, reason);
    if (taken.includes(reason)) report("dataset_reason_taken", path, { name: reason });
    if (description.trim() === "") report("dataset_part_missing", path, { part: "description" });
    const isKnown = checkExpression(report, path, when, rows);
    const found = typeOf(when);
    if (isKnown && found !== "bool") report("condition_not_bool", path, { found });
  }
}

function checkSplit(report: Report, dataset: Dataset): void {
  const { split } = dataset;
  if (split === null) return;
  const shares = Object.values(split.parts);
  const isWhole = shares.every((share) => Number.isInteger(share) && share >= 0);
  if (!isWhole || shares.reduce((sum, share) => sum + share, 0) !== 100)
    report("dataset_split_shares", "split", { shares });
  if (split.by !== null) columnNamed(report, "split.by", dataset, split.by);
}

const REQUIRED = ["title", "purpose", "licence", "cadence", "contact"] as const;

function checkPublication(report: Report, { publication, access, terms }: Dataset): void {
  for (const part of REQUIRED) {
    if (publication[part].trim() === "") report("dataset_part_missing", part, { part });
  }
  const { provenance, licence } = publication;
  if (provenance.length === 0 || provenance.some(({ title }) => title.trim() === "")) {
    report("dataset_part_missing", "provenance", { part: "provenance" });
  }
  const fault = licence.trim() === "" ? null : licenceFault(licence);
  if (fault !== null) report("licence_invalid", "licence", { licence, ...fault });
  const hasTerms = terms !== null && terms.version.trim() !== "" && terms.text.trim() !== "";
  if (access === "gated" ? !hasTerms : terms !== null && !hasTerms) report("dataset_terms_missing", "terms", {});
}
