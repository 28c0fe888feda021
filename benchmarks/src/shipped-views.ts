import * as shipped from "../../feature-definitions/definitions/index";
import { keyNames } from "../../feature-definitions/src/compile/generations/index";
import { collectDefinitions, type FeatureView } from "../../feature-definitions/src/compiler";

/** Finds a shipped view. Errors: an unknown name. */
export function shippedView(name: string): FeatureView {
  const view = collectDefinitions([shipped]).featureViews.find((candidate) => candidate.name === name);
  if (view === undefined) throw new Error(`There is no shipped view ${name}`);
  return view;
}

/** Returns the primary key of its generations. */
export function keyOf(name: string): readonly string[] {
  return keyNames(shippedView(name));
}
