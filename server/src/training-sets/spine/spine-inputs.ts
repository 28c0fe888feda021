import { inputColumnName, type ServiceInput, vectorDimensions } from "@featstore/definitions/compiler";
import { FeatstoreError, JsonTextError } from "../../core/index";
import { InputRefusal, inputReader, namesRead } from "../../serving/index";
import type { TrainingPlan } from "../plan/plan-types";
import type { Cell, SpineFault, SpineReader } from "./spine-row";

/** A service's input as a column of the spine. */
export interface SpineInput {
  readonly name: string;
  readonly isRequired: boolean;
  /** Returns the fault of a value; undefined if it is valid. */
  fault(cell: Cell, reader: Pick<SpineReader, "isUntyped" | "isExact">): Omit<SpineFault, "path"> | undefined;
}

/**
 * Returns the inputs that computed features read from the spine's other columns. Errors: `spine_column_taken` if an input
 * has the name of a key or of the as-of time (`own`).
 */
export function spineInputs(
  { inputs, computed }: Pick<TrainingPlan, "inputs" | "computed">,
  own: readonly string[],
): readonly SpineInput[] {
  const read = namesRead(computed);
  return inputs
    .filter((input) => read.includes(inputColumnName(input)))
    .map((input) => {
      if (own.includes(input.name))
        throw new FeatstoreError(
          "spine_column_taken",
          `${input.name}: an input of the service cannot be a key or the as-of time.`,
          {
            errors: [{ path: input.name, detail: "an input of the service cannot be a key or the as-of time" }],
          },
        );
      const reader = inputReader(input);
      return {
        name: input.name,
        isRequired: !input.nullable,
        fault(cell, { isUntyped, isExact }) {
          try {
            if (cell === null) reader("null");
            else if (isUntyped && isBare(input.type)) reader(bareText(cell));
            // Quoted, because a long bare number in JSON would count as inexact.
            else reader(isExact && input.type === "int64" && /^-?\d+$/.test(cell) ? `"${cell}"` : cell);
            return undefined;
          } catch (error) {
            if (error instanceof InputRefusal) return { code: error.code, detail: error.detail };
            if (error instanceof JsonTextError) return { code: "input_invalid", detail: `invalid ${input.type}` };
            throw error;
          }
        },
      };
    });
}

/** Returns whether its JSON form has no quotes; an int64 may have them, to keep all digits. */
function isBare(type: ServiceInput["type"]): boolean {
  return vectorDimensions(type) !== undefined || ["bool", "int32", "float32", "float64"].includes(type);
}

function bareText(cell: string): string {
  return cell.startsWith('"') ? String(JSON.parse(cell)) : cell;
}
