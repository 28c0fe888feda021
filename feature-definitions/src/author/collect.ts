import { canonicalJson } from "../ir/canonical";
import type { Dataset } from "../ir/dataset";
import type { Definitions } from "../ir/definitions";
import type { FeatureService, FeatureView } from "../ir/nodes";

function irOf(value: unknown, wrapper: string, plain: string): unknown {
  if (typeof value !== "object" || value === null || !("kind" in value)) return undefined;
  if (value.kind === wrapper && "ir" in value) return value.ir;
  return value.kind === plain ? value : undefined;
}

/** Keeps one of several identical definitions: a definition is often exported by its file and by an index. */
function withoutRepeats<D extends FeatureView | FeatureService | Dataset>(definitions: readonly D[]): D[] {
  const byText = new Map(definitions.map((definition) => [canonicalJson(definition), definition]));
  return [...byText.values()];
}

/**
 * Collects the feature views, services and datasets that modules export and ignores other exports. Objects are recognised by
 * their plain fields, so definitions written against another copy of this package count too.
 */
export function collectDefinitions(modules: readonly Readonly<Record<string, unknown>>[]): Definitions {
  const values = modules.flatMap((exported) => Object.values(exported));
  // The definition's `ir` is not validated here: `checkDefinitions` and `parseDefinitions` do that.
  const found = <D>(wrapper: string, plain: string): D[] =>
    values.map((value) => irOf(value, wrapper, plain)).filter((ir) => ir !== undefined) as D[];
  const datasets = withoutRepeats(found<Dataset>("dataset_definition", "dataset"));
  return {
    featureViews: withoutRepeats(found<FeatureView>("feature_view_definition", "feature_view")),
    featureServices: withoutRepeats(found<FeatureService>("feature_service_definition", "feature_service")),
    ...(datasets.length > 0 ? { datasets } : {}),
  };
}
