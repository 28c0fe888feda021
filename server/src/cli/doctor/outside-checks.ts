import { outsideFaultAdvice, outsideFaultText } from "../../core/index";
import type { OutsidePart } from "../../platform/index";
import { type CheckResult, failed, ok } from "./check-result";

/** Checks Redis, the bucket of datasets and the mail server, as far as they are configured. */
export function checkOutsideParts(parts: readonly OutsidePart[]): Promise<readonly CheckResult[]> {
  return Promise.all(
    parts.map(async ({ name, setting, check }) => {
      const fault = await check();
      return fault === undefined
        ? ok(name, "answers")
        : failed(name, outsideFaultText(fault), `${setting}: ${outsideFaultAdvice(fault)}`);
    }),
  );
}
