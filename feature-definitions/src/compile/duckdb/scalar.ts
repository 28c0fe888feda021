import type { Expression } from "../../ir/expressions";
import type { ScalarContext } from "../text/dialect-parts";
import type { Rendered } from "../text/rendered";
import type { CastOf } from "../tree/sql-tree";

/** Renders a portable expression in DuckDB, with the same meaning as in process. */
export function renderScalar(expression: Expression, context: ScalarContext): Rendered {
  if (expression.kind === "column") return context.column(expression.name);
  if (expression.kind === "literal")
    return context.parameters.add(expression.value === null ? null : String(expression.value), expression.type);
  throw new TypeError(`No text for ${expression.kind}`);
}

/** The input of a cast. JSON null has no text, so it is null before the cast. */
export function castInput(cast: CastOf, _context: ScalarContext): Rendered {
  throw new TypeError(`No text for ${cast.kind}`);
}
