import { traitsOf } from "../ir/aggregates";
import { canonicalJson, meaningOfSource } from "../ir/canonical";
import type { Expression } from "../ir/expressions";
import { type Contract, type Feature, type FeatureView, type Source, scopeOf } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import type { ChangeKind } from "./change-kinds";

/** One difference between two views. */
export interface Change {
  readonly kind: ChangeKind;
  /** For example `features.quality`, `ttl` or `source`. */
  readonly path: string;
  /** Readable values before and after the change; null: none. */
  readonly before: string | null;
  readonly after: string | null;
}

const differ = (before: unknown, after: unknown): boolean => canonicalJson(before) !== canonicalJson(after);

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : canonicalJson(value);
}

function change(kind: ChangeKind, path: string, before: unknown, after: unknown): Change[] {
  return differ(before, after) ? [{ kind, path, before: textOf(before), after: textOf(after) }] : [];
}

// Compares the values as read, with defaults in place of null.
const typeText = ({ type, nullable, default: byDefault }: Feature): string =>
  nullable && byDefault === undefined ? `${type} or null` : type;
const sortedTags = (tags: readonly string[]): string[] => [...tags].sort();
const contractOf = (contract: Contract): unknown => ({ ...contract, tags: sortedTags(contract.tags) });

function changesOfFeature(before: Feature, after: Feature): Change[] {
  const path = `features.${after.name}`;
  if (isWidened(before, after)) {
    return [
      ...change("feature_widened", path, typeText(before), typeText(after)),
      ...change("contract_changed", path, contractOf(before.contract), contractOf(after.contract)),
    ];
  }
  // Code of readers stays correct when a feature stops being nullable; it breaks when a feature becomes nullable.
  const isNeverNull = !after.nullable || after.default !== undefined;
  const kind = before.type === after.type && isNeverNull ? "nulls_excluded" : "feature_retyped";
  return [
    ...change(kind, path, typeText(before), typeText(after)),
    ...change("embedding_changed", path, before.embedding, after.embedding),
    ...change("expression_changed", path, before.expression, after.expression),
    ...change("default_changed", path, before.default, after.default),
    ...change("contract_changed", path, contractOf(before.contract), contractOf(after.contract)),
  ];
}

function changesOfFeatures(before: readonly Feature[], after: readonly Feature[]): Change[] {
  const named = (features: readonly Feature[], name: string) => features.find((feature) => feature.name === name);
  const names = [...new Set([...before, ...after].map((feature) => feature.name))].sort();
  return names.flatMap((name): Change[] => {
    const [old, now] = [named(before, name), named(after, name)];
    if (old && now) return changesOfFeature(old, now);
    const path = `features.${name}`;
    if (now) return [{ kind: "feature_added", path, before: null, after: typeText(now) }];
    return old ? [{ kind: "feature_removed", path, before: typeText(old), after: null }] : [];
  });
}

/** Types that hold every value of a narrower type, in the same JSON form. int64 and decimal are strings in JSON. */
const widerTypes: Partial<Record<ValueType, readonly ValueType[]>> = { int32: ["float64"], float32: ["float64"] };

/** Returns whether a feature reads the same values in a wider type. */
function isWidened(before: Feature, after: Feature): boolean {
  const isWider = widerTypes[before.type]?.includes(after.type) === true && (before.nullable || !after.nullable);
  const readsTheSame = !differ(untyped(before.expression), untyped(after.expression));
  return isWider && readsTheSame && !differ(before.default, after.default);
}

/** An expression without the types to which values are read or cast on the way. */
function untyped(expression: Expression): unknown {
  switch (expression.kind) {
    case "cast":
      return expression.to === "float64" && !expression.strict ? untyped(expression.operand) : expression;
    case "aggregate":
      return traitsOf(expression.name).widens && expression.operand !== null
        ? { ...expression, operand: untyped(expression.operand) }
        : expression;
    case "column":
      return { ...expression, type: null };
    default:
      return expression;
  }
}

/** The source as the parts common to both views read it; columns read by a changed part belong to that change. */
function commonMeaning(view: FeatureView, other: FeatureView): unknown {
  const unchanged = view.features.filter(({ name, expression }) =>
    other.features.some((feature) => feature.name === name && !differ(feature.expression, expression)),
  );
  const filter = differ(view.filter, other.filter) ? null : view.filter;
  return meaningOfSource(view.source, [filter, ...unchanged.map((feature) => feature.expression)]);
}

const lateness = (source: Source | null): number | null => source?.latenessSeconds ?? null;

/** Lists the differences between two views, features by name, without their versions. */
export function diffViews(before: FeatureView, after: FeatureView): readonly Change[] {
  const { entity: old } = before;
  const { entity: now } = after;
  const population = (view: FeatureView): unknown =>
    view.entity.population && meaningOfSource(view.entity.population, []);
  return [
    ...change("view_renamed", "name", before.name, after.name),
    ...(before.name === after.name
      ? change("former_name_changed", "renamedFrom", before.renamedFrom ?? null, after.renamedFrom ?? null)
      : []),
    ...change("format_changed", "irVersion", before.irVersion, after.irVersion),
    ...change("entity_changed", "entity", old.name, now.name),
    ...change("key_changed", "entity.key", old.key, now.key),
    ...change("scope_changed", "source.tenant", scopeOf(before), scopeOf(after)),
    ...change("population_changed", "entity.from", population(before), population(after)),
    ...change("source_changed", "source", commonMeaning(before, after), commonMeaning(after, before)),
    ...change("filter_changed", "where", before.filter, after.filter),
    ...change("ttl_changed", "ttl", before.ttlSeconds, after.ttlSeconds),
    ...changesOfFeatures(before.features, after.features),
    ...change("freshness_changed", "freshness", before.freshnessSeconds ?? null, after.freshnessSeconds ?? null),
    ...change("schedule_changed", "schedule", before.schedule ?? null, after.schedule ?? null),
    ...change("schedule_changed", "reconcile", before.reconcile ?? null, after.reconcile ?? null),
    ...change("contract_changed", "minRows", before.minimumRows, after.minimumRows),
    ...change("contract_changed", "maxShrink", before.maximumShrink, after.maximumShrink),
    ...change("lateness_changed", "source.lateness", lateness(before.source), lateness(after.source)),
    ...change("lateness_changed", "entity.from.lateness", lateness(old.population), lateness(now.population)),
    ...change("description_changed", "description", before.description, after.description),
    ...change("description_changed", "entity.description", old.description, now.description),
    ...change("owner_changed", "owner", before.owner, after.owner),
    ...change("tags_changed", "tags", sortedTags(before.tags), sortedTags(after.tags)),
  ];
}
