import type { Dataset } from "./dataset";
import type { Definitions } from "./definitions";
import { type FeatureService, type FeatureView, IR_VERSION } from "./nodes";
import { datasetShape, definitionsShape, featureServiceShape, featureViewShape } from "./shapes";

/** Data that is not IR of this version; `message` names the path. */
export class IrFormatError extends Error {
  override readonly name = "IrFormatError";
}

function checkVersion(data: unknown, path: string): void {
  const version = typeof data === "object" && data !== null && "irVersion" in data ? data.irVersion : undefined;
  if (typeof version === "number" && version !== IR_VERSION) {
    throw new IrFormatError(`${path}irVersion is ${version}; this version of the package reads ${IR_VERSION}`);
  }
}

function listAt(data: unknown, name: string): readonly unknown[] {
  const list: unknown = typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;
  return Array.isArray(list) ? list : [];
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new IrFormatError(`Not a definition: ${faults.slice(0, 5).join("; ")}`);
}

/**
 * Parses a feature view from its JSON form. `checkDefinitions` checks the rules of the language.
 *
 * @throws IrFormatError when the data has another shape or was written by another version of the format
 */
export function parseFeatureView(data: unknown): FeatureView {
  checkVersion(data, "");
  refuse(featureViewShape(data, "$"));
  return data as FeatureView; // its shape was just checked
}

/** Parses a feature service from its JSON form; see `parseFeatureView`. */
export function parseFeatureService(data: unknown): FeatureService {
  checkVersion(data, "");
  refuse(featureServiceShape(data, "$"));
  return data as FeatureService; // its shape was just checked
}

/** Parses a dataset from its JSON form; see `parseFeatureView`. */
export function parseDataset(data: unknown): Dataset {
  checkVersion(data, "");
  refuse(datasetShape(data, "$"));
  return data as Dataset; // its shape was just checked
}

/** Parses definitions from their JSON form; see `parseFeatureView`. */
export function parseDefinitions(data: unknown): Definitions {
  for (const name of ["featureViews", "featureServices", "datasets"]) {
    for (const [index, definition] of listAt(data, name).entries()) checkVersion(definition, `${name}[${index}].`);
  }
  refuse(definitionsShape(data, "$"));
  return data as Definitions; // its shape was just checked
}
