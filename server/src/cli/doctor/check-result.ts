/** One line of `featstore doctor`. */
export interface CheckResult {
  readonly check: string;
  readonly status: "ok" | "warning" | "failed";
  readonly found: string;
  /** The remedy; SQL for an administrator is ready to run. */
  readonly advice?: string | undefined;
}

export const ok = (check: string, found: string): CheckResult => ({ check, status: "ok", found });

export const warning = (check: string, found: string, advice?: string): CheckResult => ({
  check,
  status: "warning",
  found,
  advice,
});

export const failed = (check: string, found: string, advice?: string): CheckResult => ({
  check,
  status: "failed",
  found,
  advice,
});
