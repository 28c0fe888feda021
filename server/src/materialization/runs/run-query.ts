import { findVersion, findView, presentName, type RegistrySnapshot, splitReference } from "../../registry/index";
import type { RunState } from "../run-types";
import type { RunQuery } from "./run-store";

export const RUN_STATES = [
  "running",
  "published",
  "failed",
  "abandoned",
  "interrupted",
] as const satisfies readonly RunState[];

const DEFAULT = 50;

/** The filter of a list of runs. */
export interface RunFilter extends Pick<RunQuery, "state" | "before"> {
  /** `speech_sentiment` for all versions, or `speech_sentiment@2`. */
  readonly view?: string;
  /** Default: 50. */
  readonly limit?: number;
}

/** Finds the view of a filter. Errors: `feature_view_not_found`, `feature_view_version_not_found`. */
export function runQuery(snapshot: RegistrySnapshot, { view, limit = DEFAULT, ...filter }: RunFilter): RunQuery {
  return { ...filter, limit, ...(view === undefined ? {} : namedVersion(snapshot, view)) };
}

function namedVersion(snapshot: RegistrySnapshot, reference: string): { view: string; version?: number } {
  const [name, version] = splitReference(reference);
  const view = presentName(snapshot, name);
  if (version !== undefined)
    return { view, version: findVersion(snapshot, name, version, { evenRetired: true }).view.version };
  findView(snapshot, name);
  return { view };
}
