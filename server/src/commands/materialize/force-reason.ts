import { CommandProblem } from "../base/command-problem";

/** What `--force --reason` mean together; undefined where nothing is forced. Errors: `reason_required`. */
export function forceReason(where: string, force: boolean, reason: string | undefined): string | undefined {
  const refuse = (what: string, advice: string) =>
    new CommandProblem({ code: "reason_required", what, where, advice, exit: "usage" });
  if (force && (reason === undefined || reason.trim() === "")) {
    throw refuse("--force needs a reason", 'write --reason "…": featstore history keeps it');
  }
  if (!force && reason !== undefined) throw refuse("--reason is for --force", "leave it out, or add --force");
  return reason;
}
