import { COMPUTED, type ComputedFeature, type FeatureService } from "@featstore/definitions/compiler";
import { type Fault, FeatstoreError, listNames, suggest } from "../../core/index";
import { type Choice, columnOf } from "./selected-view";

const MAX_FAULTS = 20;

/** Matches `computed` and `computed.name`. */
export function isComputedReference(reference: string): boolean {
  return reference === COMPUTED || reference.startsWith(`${COMPUTED}.`);
}

/**
 * Resolves references within a service. Errors: `feature_not_found`, with every reference that names nothing in the
 * service.
 */
export function partOfService(
  { name, version, computed = [] }: FeatureService,
  all: readonly Choice[],
  references: readonly string[],
): { readonly choices: readonly Choice[]; readonly features: readonly ComputedFeature[] } {
  const choices = new Map<string, Choice>();
  const features = new Set<ComputedFeature>();
  const faults: Fault[] = [];
  for (const [index, reference] of references.entries()) {
    const found = isComputedReference(reference)
      ? computed.filter((feature) => reference === COMPUTED || reference === `${COMPUTED}.${feature.name}`)
      : [];
    const stored = all.filter(({ label: own, registered: { view }, feature }) =>
      [own, view.name, `${view.name}@${view.version}`].some(
        (label) => reference === label || reference === `${label}.${feature.name}`,
      ),
    );
    for (const feature of found) features.add(feature);
    for (const choice of stored) choices.set(columnOf(choice), choice);
    if (found.length + stored.length > 0 || faults.length === MAX_FAULTS) continue;
    const known = [...all.map(columnOf), ...computed.map((feature) => `${COMPUTED}.${feature.name}`)];
    const detail = `Feature service "${name}@${version}" has no "${reference.slice(0, 100)}"${suggest(reference, known) || `; it has ${listNames(known, reference)}.`}`;
    faults.push({ path: `features[${index}]`, detail });
  }
  const [fault] = faults;
  if (fault !== undefined) throw new FeatstoreError("feature_not_found", fault.detail, { errors: faults });
  return { choices: [...choices.values()], features: [...features] };
}
