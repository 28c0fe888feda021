import type { Dataset } from "../ir/dataset";
import type { Definitions } from "../ir/definitions";
import { type FeatureService, type FeatureView, IR_VERSION } from "../ir/nodes";
import { datasetShape, featureServiceShape, featureViewShape, type Shape } from "../ir/shapes";
import { checkDuplicates, checkShared, checkSpaces, idOf } from "./check-across";
import { checkDataset } from "./check-dataset";
import { checkLimits, checkOneEngine } from "./check-engine";
import { checkService } from "./check-service";
import { checkView } from "./check-view";
import type { Diagnostic } from "./diagnostics";
import { type CheckOptions, createCollector, type Report } from "./report";

export interface CheckDefinitionsOptions extends CheckOptions {
  /** Registered views that services may pick from although they are not among the definitions. */
  readonly registered?: readonly FeatureView[];
  /** Registered services that datasets may publish although they are not among the definitions. */
  readonly registeredServices?: readonly FeatureService[];
}

type Definition = FeatureView | FeatureService | Dataset;

function isWhole(report: Report, definition: Definition, shape: Shape): boolean {
  if (containsItself(definition)) {
    report("cyclic_reference", "", {});
    return false;
  }
  const [fault] = shape(definition, "$");
  if (fault !== undefined) report("definition_malformed", "", { fault });
  else if (definition.irVersion !== IR_VERSION) {
    report("version_unsupported", "irVersion", { found: definition.irVersion, expected: IR_VERSION });
    return false;
  }
  return fault === undefined;
}

/** A name for a definition that may lack one. */
function nameOf(definition: unknown): string {
  const part = (name: string): string => {
    const value: unknown =
      typeof definition === "object" && definition !== null ? Reflect.get(definition, name) : undefined;
    return typeof value === "string" || typeof value === "number" ? String(value) : "?";
  };
  const isDataset =
    typeof definition === "object" && definition !== null && Reflect.get(definition, "kind") === "dataset";
  return isDataset ? part("name") : `${part("name")}@${part("version")}`;
}

/**
 * Checks definitions by every rule that needs no database and returns all diagnostics, in the order of the definitions.
 * Never fails, for any input. If there are no errors among the diagnostics, the definitions compile.
 */
export function checkDefinitions(definitions: Definitions, options: CheckDefinitionsOptions = {}): Diagnostic[] {
  const { diagnostics, reportOf } = createCollector(options);
  const whole = <D extends Definition>(candidates: readonly D[], shape: Shape): D[] =>
    candidates.filter((definition) => isWhole(reportOf(nameOf(definition)), definition, shape));
  const featureViews = whole(definitions.featureViews, featureViewShape);
  const featureServices = whole(definitions.featureServices, featureServiceShape);
  const datasets = whole(definitions.datasets ?? [], datasetShape);

  checkDuplicates(reportOf, { featureViews, featureServices, datasets });
  checkShared(reportOf, featureViews, datasets, options.engines);
  for (const view of featureViews) {
    const report = reportOf(idOf(view));
    checkView(report, view);
    checkOneEngine(report, "source", [
      view.source,
      ...(view.entity.population === null ? [] : [view.entity.population]),
    ]);
    checkLimits(report, view, options.engines);
  }
  checkSpaces(reportOf, featureViews);
  const defined = new Set(featureViews.map(idOf));
  const registered = (options.registered ?? []).filter((view) => !defined.has(idOf(view)));
  const views = [...featureViews, ...registered];
  for (const service of featureServices) checkService(reportOf(idOf(service)), service, views);
  const services = [...featureServices, ...(options.registeredServices ?? [])];
  for (const dataset of datasets) checkDataset(reportOf(dataset.name), dataset, { services, views });
  return [...diagnostics];
}

/** Returns whether any of the diagnostics forbids applying the definitions. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Returns whether a value contains itself at any depth. Shared parts do not count. */
function containsItself(value: unknown): boolean {
  const open = new Set<object>();
  const done = new Set<object>();
  const visit = (item: unknown): boolean => {
    if (typeof item !== "object" || item === null || done.has(item)) return false;
    if (open.has(item)) return true;
    open.add(item);
    const found = Object.values(item).some(visit);
    open.delete(item);
    done.add(item);
    return found;
  };
  return visit(value);
}
