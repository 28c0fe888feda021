import type { ComputedFeature } from "../ir/nodes";
import { AS_OF } from "../ir/service-columns";
import { type ValueType, vectorDimensions } from "../ir/types";
import { computedValue } from "./computed-value";
import type { SpineTable } from "./point-in-time";
import { castValue } from "./render-postgres/casts";
import { quoteName, quoteTable } from "./render-postgres/quote";
import { atom, compound, createParameters, inType, type Parameters, type Rendered } from "./render-postgres/rendered";
import { jsonText } from "./render-postgres/serving";
import type { Statement } from "./statement";

export interface ComputedRowsInput {
  readonly computed: readonly ComputedFeature[];
  /** What their expressions read, beside the as-of time: stored features and inputs. */
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  /** For each row a JSON object of its values by column, in the form of answers; what it has not is null. */
  readonly values: readonly string[];
  /** As many rows, numbered from 0, with their as-of times. */
  readonly spine: SpineTable;
}

/**
 * What a service computes of values that are given: a column of JSON texts for each feature, `v0`, `v1`, …, and a row for
 * each of the spine's, in its order.
 *
 * @throws RangeError if an expression reads a column that is not given.
 * @example
 * compileComputedRows({ computed, columns: [{ name: "listening.plays", type: "int32" }], values: ['{"listening.plays":3}'], spine })
 */
export function compileComputedRows({ computed, columns, values, spine }: ComputedRowsInput): Statement {
  const parameters = createParameters(1);
  const input = parameters.add(JSON.stringify(values), "json").text;
  const columnValue = (name: string): Rendered => {
    if (name === AS_OF) return atom(`"spine"."_as_of"`, "timestamp");
    const column = columns.find((each) => each.name === name);
    if (!column) throw new RangeError(`${name} is not among the columns`);
    return valueOfJson(column, parameters);
  };
  const items = computed.map((feature, index) => {
    const value = computedValue(feature, columnValue, parameters);
    return `  ${jsonText(`(${value.text})`, feature.type)} as ${quoteName(`v${index}`)}`;
  });
  return {
    text: `select
${items.join(",\n")}
from ${quoteTable(spine.schema, spine.table)} as "spine"
join jsonb_array_elements_text(${input}) with ordinality as "given" ("values", "number")
  on "given"."number" = "spine"."_row" + 1
order by "spine"."_row"`,
    parameters: parameters.values(),
  };
}

/** Read of json, which keeps the digits of numbers as they are; jsonb would not keep those of "-0". */
function valueOfJson({ name, type }: ComputedRowsInput["columns"][number], parameters: Parameters): Rendered {
  const key = parameters.add(name, "string").text;
  const text = compound(`"given"."values"::json ->> ${key}`, "string");
  if (type === "float32" || type === "float64" || vectorDimensions(type) !== undefined) return inType(text, type);
  const document = atom(`nullif(("given"."values"::json -> ${key})::jsonb, 'null'::jsonb)`, "json");
  if (type === "json") return document;
  const isList = type === "string[]" || type === "float64[]";
  const operand = { kind: "column", name, type: isList ? "json" : "string", nullable: true } as const;
  return castValue({ kind: "cast", operand, to: type, strict: false }, isList ? document : text);
}
