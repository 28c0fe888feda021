import { CommandProblem } from "../../core/index";

/** Returns the reason of `--force --reason`; undefined without `--force`. Errors: `reason_required`. */
export function forceReason(where: string, force: boolean, reason: string | undefined): string | undefined {
  const refuse = (what: string, advice: string) =>
    new CommandProblem({ code: "reason_required", what, where, advice, exit: "usage" });
  if (force && (reason === undefined || reason.trim() === "")) {
    throw refuse("--force needs a reason", 'add --reason "…", which featstore history stores');
  }
  if (!force && reason !== undefined) throw refuse("--reason needs --force", "add --force, or remove --reason");
  return reason;
}
