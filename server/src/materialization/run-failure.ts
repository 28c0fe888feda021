import { type FeatureView, plainSources, some } from "@featstore/definitions/compiler";
import { fullDisk } from "../core/index";
import { DatabaseError, RegistryError, settingFailure } from "../database/index";
import { EngineError } from "../engine/index";
import type { RegisteredView } from "../registry/index";
import { ContractError } from "./contracts";
import { RowBoundError } from "./row-bounds";
import type { RunFailure } from "./run-types";

/** Codes by SQLSTATE for statements whose tables have changed since the statement was compiled. */
const CODES: Readonly<Record<string, string>> = {
  "23505": "duplicate_key", // raised by the check that a source's extension has one row per key
  "42P01": "source_missing", // undefined table
  "3F000": "source_missing", // undefined schema
  "42703": "source_changed", // undefined column
};

/** SQLSTATEs for operands whose types do not match. If the statement ran before, its source has changed. */
const TYPE_ERRORS: ReadonlySet<string> = new Set([
  "42804", // datatype mismatch
  "42846", // cannot coerce
  "42883", // no such function or operator for these types
]);

/** Describes why a run of the view failed: a stable code, and a message that names where to look. */
export function failureOf(error: unknown, registered: Pick<RegisteredView, "view" | "served">): RunFailure {
  if (!(error instanceof Error)) return { code: "internal", message: String(error) };
  if (error.name === "AbortError") return { code: "aborted", message: "The materialization was cancelled." };
  const full = fullDisk(error);
  if (full !== undefined) return { code: full.code, message: full.detail };
  const ofSetting = settingFailure(error);
  if (ofSetting !== undefined) return ofSetting;
  const broken =
    error instanceof ContractError || error instanceof RowBoundError ? { brokenContracts: error.brokenContracts } : {};
  const message = `${error.message}${pathOf(error, registered.view)}`;
  return { code: codeOf(error, registered.served !== null), message, ...broken };
}

function codeOf(error: Error, hasRun: boolean): string {
  if (error instanceof DatabaseError && error.sqlState !== undefined) {
    if (hasRun && TYPE_ERRORS.has(error.sqlState)) return "source_changed";
    const code = CODES[error.sqlState];
    if (code !== undefined) return code;
  }
  return "code" in error && typeof error.code === "string" ? error.code : "internal";
}

function pathOf(error: Error, view: FeatureView): string {
  if (error instanceof EngineError)
    return `${error.message.endsWith(".") ? "" : "."} The run computes ${view.name}@${view.version} from ${sourcesText(view)}.`;
  if (error instanceof RegistryError && error.code === "duplicate_key")
    return `; ${sourcesText(view)} should have one row for it: ${oneRowAdvice(view)}`;
  if (!(error instanceof DatabaseError) || error.code !== "statement_failed") return "";
  const inSql = view.features.filter(({ expression }) => some(expression, ({ kind }) => kind === "sql"));
  const features = inSql.map(({ name }) => `"${name}"`).join(", ");
  return ` (reading ${sourcesText(view)}${features === "" ? "" : `; written in SQL: ${features}`})`;
}

function oneRowAdvice({ entity }: FeatureView): string {
  const keys = entity.key.map(({ name }) => name);
  const names = keys.map((name) => JSON.stringify(name)).join(", ");
  return [
    `a unique index on (${keys.join(", ")}) prevents a second row`,
    `if several rows are intended, declare the source with the key of its rows and use .keyedBy(${names})`,
    "a source that is a query can choose one of them",
  ].join("; ");
}

function sourcesText({ source, entity }: FeatureView): string {
  const sources = [...(entity.population === null ? [] : [entity.population]), source].flatMap(plainSources);
  const names = [...new Set(sources.map(({ name }) => `"${name}"`))];
  return `${names.length === 1 ? "the source" : "the sources"} ${names.join(", ")}`;
}
