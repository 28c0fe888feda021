import { type Fault, FeatstoreError } from "../../core/index";
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

const MAX_RUNS = 1000;
const DEFAULT = 50;

/** The query of a list of runs, as texts. */
export interface RunQueryTexts {
  /** `speech_sentiment` for all versions, or `speech_sentiment@2`. */
  readonly view?: string;
  readonly state?: string;
  /** 1 to 1,000; default 50. */
  readonly limit?: string;
  /** The id of a run; lists the runs before it. */
  readonly before?: string;
}

/** Parses a query; `pathOf` names a parameter in errors. Errors: `invalid_parameter` with every fault, `feature_view_not_found`, `feature_view_version_not_found`. */
export function runQuery(
  snapshot: RegistrySnapshot,
  { view, state, limit, before }: RunQueryTexts,
  pathOf: (parameter: string) => string = (parameter) => `query.${parameter}`,
): RunQuery {
  const faults: Fault[] = [];
  const known = RUN_STATES.find((each) => each === state);
  if (state !== undefined && known === undefined)
    faults.push({ path: pathOf("state"), detail: `expected one of ${RUN_STATES.join(", ")}` });
  const count = limit === undefined ? DEFAULT : /^[1-9][0-9]{0,3}$/.test(limit) ? Number(limit) : Number.NaN;
  if (!(count <= MAX_RUNS))
    faults.push({ path: pathOf("limit"), detail: `expected a whole number from 1 to ${MAX_RUNS}` });
  if (before !== undefined && !/^[1-9][0-9]{0,17}$/.test(before))
    faults.push({ path: pathOf("before"), detail: "expected the id of a run" });
  const [first] = faults;
  if (first !== undefined)
    throw new FeatstoreError("invalid_parameter", `${first.path}: ${first.detail}.`, { errors: faults });
  return {
    ...(view === undefined ? {} : namedVersion(snapshot, view)),
    ...(known === undefined ? {} : { state: known }),
    limit: count,
    ...(before === undefined ? {} : { before }),
  };
}

function namedVersion(snapshot: RegistrySnapshot, reference: string): { view: string; version?: number } {
  const [name, version] = splitReference(reference);
  const view = presentName(snapshot, name);
  if (version !== undefined)
    return { view, version: findVersion(snapshot, name, version, { evenRetired: true }).view.version };
  findView(snapshot, name);
  return { view };
}
