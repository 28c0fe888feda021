import {
  type ContractExamplesRow,
  contractExamplesQuery,
  contractRules,
  type FeatureView,
  type WholeGeneration,
} from "@featstore/definitions/compiler";
import { keyText } from "../core/index";
import type { CallOptions } from "../database/index";
import type { Run } from "../engine/index";
import type { RunLog } from "./run-log";
import type { BrokenContract } from "./run-types";

/** Rows of a run that break the contracts of their features, without a forced publish. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly code = "contract_broken";

  constructor(
    readonly brokenContracts: readonly BrokenContract[],
    table: string,
  ) {
    super(
      `${brokenContracts.map(brokenContractText).join("; ")}. The generation is not served. Its table features.${table} is kept ` +
        "until the next run that breaks a contract or is published. Correct the source or the contract, or publish it with " +
        'featstore materialize --force --reason "…".',
    );
  }
}

export interface VerifiedRun {
  readonly run: Run;
  readonly view: FeatureView;
  /** The facts of the whole generation, if the run filled only some of its rows. */
  readonly whole: WholeGeneration | undefined;
}

/** Reads the row counts and examples of the rules at `positions` of `contractRules(view)` from the run's table. */
export async function readBrokenContracts(
  offline: RunLog,
  { run, view, whole }: VerifiedRun,
  positions: readonly number[],
  options: CallOptions,
): Promise<readonly BrokenContract[]> {
  if (positions.length === 0) return [];
  const rules = contractRules(view).filter((_, position) => positions.includes(position));
  // The query's documented rows.
  const found = (await offline.inspect(
    run,
    contractExamplesQuery(view, run.table, rules),
    options,
  )) as unknown as readonly ContractExamplesRow[];
  return rules.flatMap(({ feature, rule, promise }) => {
    const row = found.find((each) => each.feature === feature && each.rule === rule);
    if (row === undefined) return [];
    const rows = rule === "maxNullFraction" ? (whole?.nulls[feature] ?? row.rows) : row.rows;
    return [{ feature, rule, promise, rows, examples: row.examples }];
  });
}

/** `"confidence" breaks between(0, 1) in 2 rows: speech_id 7 has 1.5; speech_id 9 has -3` */
export function brokenContractText({ feature, promise, rows, examples }: BrokenContract): string {
  const offenders = examples.map(({ key, value }) =>
    value === null ? keyText(key) : `${keyText(key)} has ${JSON.stringify(value)}`,
  );
  const more = rows > offenders.length ? "; …" : "";
  return `"${feature}" breaks ${promise} in ${rows === 1 ? "one row" : `${rows} rows`}: ${offenders.join("; ")}${more}`;
}
