import type { ComputedFeature } from "../../ir/nodes";
import { AS_OF } from "../../ir/service-columns";
import { type ValueType, vectorDimensions } from "../../ir/types";
import { jsonText } from "../generations/serving";
import { cast } from "../postgres/casts";
import { inType, postgresValues } from "../postgres/database-types";
import { postgresParts } from "../postgres/dialect";
import type { SpineTable } from "../source/entities";
import { quoteName, quoteTable } from "../text/quote";
import { atom, call, compound, createParameters, type Parameters, type Rendered } from "../text/rendered";
import { renderScalar } from "../text/scalar";
import type { Statement } from "../tree/statement";

export interface ComputedRowsInput {
  readonly computed: readonly ComputedFeature[];
  /** The stored features and inputs that the expressions read, besides the as-of time. */
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  /** For each row a JSON object of its values by column, in the form used in responses; absent values are null. */
  readonly values: readonly string[];
  /** The same number of rows, numbered from 0, with their as-of times. */
  readonly spine: SpineTable;
}

/**
 * Compiles a service's computed features over supplied values: a column of JSON texts for each feature, `v0`, `v1`, …,
 * and one row for each row of the spine, in its order.
 *
 * @throws RangeError if an expression reads a column that is not supplied.
 * @example
 * compileComputedRows({ computed, columns: [{ name: "listening.plays", type: "int32" }], values: ['{"listening.plays":3}'], spine })
 */
export function compileComputedRows({ computed, columns, values, spine }: ComputedRowsInput): Statement {
  const parameters = createParameters(postgresValues, 1);
  const input = parameters.add(JSON.stringify(values), "json").text;
  const columnValue = (name: string): Rendered => {
    if (name === AS_OF) return atom(`"spine"."_as_of"`, "timestamp");
    const column = columns.find((each) => each.name === name);
    if (!column) throw new RangeError(`Unknown column ${name}`);
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

/** Reads json rather than jsonb, which would not preserve the digits of "-0". */
function valueOfJson({ name, type }: ComputedRowsInput["columns"][number], parameters: Parameters): Rendered {
  const key = parameters.add(name, "string").text;
  const text = compound(`"given"."values"::json ->> ${key}`, "string");
  if (type === "float32" || type === "float64" || vectorDimensions(type) !== undefined) return inType(text, type);
  const document = atom(`nullif(("given"."values"::json -> ${key})::jsonb, 'null'::jsonb)`, "json");
  if (type === "json") return document;
  if (type === "string[]" || type === "float64[]") return cast(document, "json", type);
  return cast(text, "string", type);
}

function computedValue(
  { expression, type, default: byDefault }: ComputedFeature,
  columnValue: (column: string) => Rendered,
  parameters: Parameters,
): Rendered {
  const value = inType(renderScalar(postgresParts, expression, { parameters, column: columnValue }), type);
  if (byDefault === undefined) return value;
  return call("coalesce", [value.text, parameters.add(String(byDefault), type).text], type);
}
