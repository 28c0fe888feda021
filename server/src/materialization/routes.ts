import type { Route } from "../http/index";
import { listRuns, listRunsContract } from "./runs/list-runs.route";
import type { RunReader } from "./runs/run-reader";

export interface RunServices {
  readonly runs: RunReader;
}

export const runRoutes: readonly Route<RunServices>[] = [
  { contract: listRunsContract, scope: "registry:read", handler: ({ runs }) => listRuns(runs) },
];
