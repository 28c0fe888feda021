import { DEFAULT_ENGINE, instantText } from "@featstore/definitions/compiler";
import { keyText } from "../../core/index";
import type {
  FeatureComparison,
  NumberSummary,
  PlannedEffort,
  PlannedValues,
  ValueComparison,
} from "../../registry/index";
import { table } from "../kit/table";

/** Maps the expected effort of a build to its JSON document. */
export function effortDocument(effort: PlannedEffort | null) {
  if (effort === null) return null;
  const { engine, planned, like } = effort;
  const estimate = planned.state === "estimated" ? planned.estimate : null;
  return {
    estimated_rows: estimate?.rows ?? null,
    estimated_by: engine,
    estimated_cost: estimate?.totalCost ?? null,
    like: like === null ? null : { version: like.version, rows: like.rows, bytes: like.bytes },
  };
}

/** Returns undefined if nothing is known before the first apply. */
export function effortText({ engine, planned, like }: PlannedEffort): string | undefined {
  const parts = [
    ...(like === null
      ? []
      : [
          `${rows(like.rows)}${like.bytes === null ? "" : `, ${bytesText(like.bytes)}`}, if as version ${like.version}`,
        ]),
    ...costTexts(engine === DEFAULT_ENGINE ? "PostgreSQL" : engine, planned),
  ];
  if (parts.length === 0) return undefined;
  return `to build: ${parts.join("; ")}`;
}

function costTexts(engine: string, planned: PlannedEffort["planned"]): string[] {
  switch (planned.state) {
    case "estimated":
      return [
        `${engine} expects ${rows(planned.estimate.rows)} at cost ${Math.round(planned.estimate.totalCost)}, in sequential reads of a page`,
      ];
    case "refused":
      return [`${engine} rejects the SQL: ${planned.reason}`];
    case "not_yet":
      return [];
  }
}

/** Maps a comparison of values to its JSON document. */
export function valuesDocument(values: PlannedValues | null) {
  if (values === null) return null;
  if (values.state !== "compared") return { state: values.state, reason: values.reason };
  const { comparedWith, asOf, entities, appeared, vanished, features } = values.comparison;
  return {
    state: values.state,
    compared_with: comparedWith,
    as_of: instantText(asOf),
    entities,
    appeared,
    vanished,
    features: features.map((feature) => ({
      name: feature.name,
      state: feature.state,
      changed: feature.changed,
      changed_share: feature.changedShare,
      new_nulls: feature.newNulls,
      vanished_nulls: feature.vanishedNulls,
      before: feature.before,
      after: feature.after,
      examples: feature.examples,
    })),
  };
}

export function valuesText(values: PlannedValues): string[] {
  if (values.state !== "compared") {
    return [`values ${values.state === "failed" ? "cannot be computed" : "cannot be compared"}: ${values.reason}`];
  }
  const { comparison } = values;
  const examples = comparison.features.flatMap(exampleLines);
  return [
    headline(comparison),
    ...table(
      ["feature", "changed", "new nulls", "gone nulls", "mean", "p10", "p50", "p90"],
      comparison.features.map(cells),
    )
      .split("\n")
      .map((line) => `  ${line}`),
    ...(examples.length === 0 ? [] : ["  for example:", ...examples.map((line) => `    ${line}`)]),
  ];
}

function headline({ entities, comparedWith, asOf, appeared, vanished }: ValueComparison): string {
  const others = [
    ...(appeared === 0 ? [] : [`${appeared} appear`]),
    ...(vanished === 0 ? [] : [`${vanished} vanish`]),
  ].join(", ");
  return `values of ${entities} entities, compared with version ${comparedWith} as of ${instantText(asOf)}${others === "" ? "" : `; beside them ${others}`}:`;
}

function cells(feature: FeatureComparison): string[] {
  const { before, after } = feature;
  const shift = (name: keyof NumberSummary) => shiftText(before?.[name], after?.[name]);
  const counts =
    feature.state === "compared"
      ? [percent(feature.changedShare), String(feature.newNulls), String(feature.vanishedNulls)]
      : [feature.state, "", ""];
  return [feature.name, ...counts, shift("mean"), shift("p10"), shift("p50"), shift("p90")];
}

function shiftText(before: number | undefined, after: number | undefined): string {
  if (before === undefined && after === undefined) return "";
  const [old, fresh] = [before, after].map((value) => (value === undefined ? "none" : short(value)));
  return old === fresh ? `${old}` : `${old} → ${fresh}`;
}

function exampleLines({ name, examples }: FeatureComparison): string[] {
  return examples.map(
    ({ key, before, after }) => `${name} of ${keyText(key)}: ${valueText(before)} → ${valueText(after)}`,
  );
}

const MAX_VALUE_LENGTH = 60;

function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Formats a share; small shares are not rounded to zero. */
function percent(share: number): string {
  return share > 0 && share < 0.001 ? "< 0.1 %" : `${(share * 100).toFixed(1)} %`;
}

function rows(count: number): string {
  return `${count} ${count === 1 ? "row" : "rows"}`;
}

function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
