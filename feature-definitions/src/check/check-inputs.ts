import type { ServiceInput } from "../ir/nodes";
import { checkName, repeated } from "./check-names";
import { checkVectorType } from "./check-operands";
import type { Report } from "./report";

/** Checks the inputs that a service declares. */
export function checkInputs(report: Report, inputs: readonly ServiceInput[]): void {
  for (const name of repeated(inputs.map((input) => input.name))) report("input_duplicate", `inputs.${name}`, { name });
  for (const { name, type } of inputs) {
    checkName(report, `inputs.${name}`, name);
    checkVectorType(report, `inputs.${name}`, type);
  }
}
