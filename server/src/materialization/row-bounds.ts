import type { FeatureView } from "@featstore/definitions/compiler";
import type { BrokenContract, RowBoundCode, RunWarning } from "./run-types";

/** Without a declared `maxShrink`, a run that loses a larger share of the served rows is published with a warning. */
const UNDECLARED_SHRINK = 0.2;

/** A loaded generation with fewer rows than its view promises, without a forced publish. */
export class RowBoundError extends Error {
  override readonly name = "RowBoundError";

  constructor(
    readonly code: RowBoundCode,
    broken: string,
    table: string,
    /** Broken contracts of the same generation. */
    readonly brokenContracts: readonly BrokenContract[],
  ) {
    super(
      `${broken}. The generation is not served. Its table features.${table} is kept until the next run that breaks a ` +
        'bound or is published. Correct the source or the bound, or publish it with featstore materialize --force --reason "…".',
    );
  }
}

export interface RowBounds {
  /** The violated bound; null if there is none. */
  readonly broken: { readonly code: RowBoundCode; readonly message: string } | null;
  readonly warnings: readonly RunWarning[];
}

/** Checks a loaded generation's row count against its view's bounds. `served` is the served row count; null if nothing is served. */
export function checkRowBounds(
  { minimumRows, maximumShrink }: Pick<FeatureView, "minimumRows" | "maximumShrink">,
  rows: number,
  served: number | null,
): RowBounds {
  if (minimumRows !== undefined && rows < minimumRows) {
    return {
      broken: { code: "too_few_rows", message: `It has ${rowsText(rows)}, and minRows is ${minimumRows}` },
      warnings: [],
    };
  }
  const lost = served === null || served <= rows ? 0 : (served - rows) / served;
  if (lost <= (maximumShrink ?? UNDECLARED_SHRINK)) return { broken: null, warnings: [] };
  const shrink = `It has ${rowsText(rows)}, and ${rowsText(served ?? 0)} served so far: ${percentText(lost)} are gone`;
  if (maximumShrink !== undefined) {
    return {
      broken: { code: "too_many_rows_lost", message: `${shrink}, and maxShrink is ${maximumShrink}` },
      warnings: [],
    };
  }
  const message = `${shrink}. If that is wrong, correct the source and materialize again; maxShrink in the definition stops such a run`;
  return { broken: null, warnings: [{ code: "rows_lost", message }] };
}

function rowsText(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
