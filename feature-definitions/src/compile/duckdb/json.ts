import type { ValueType } from "../../ir/types";
import { atom, call, type Parameters, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";

type Path = readonly (string | number)[];

/**
 * The text of the value at a path, to be cast to a type: a string's own text, any other value's JSON text, null for JSON
 * null.
 */
export function jsonText({ text: json }: Rendered, path: Path, to: ValueType, parameters: Parameters): Rendered {
  // A float is the same after DuckDB has read it as one.
  return to === "float32" || to === "float64"
    ? atom(`try(json_extract_string(${json}, ${pathOf(path, parameters)}))`, "string")
    : call(`${FUNCTIONS_SCHEMA}.json_text`, [json, pathOf(path, parameters), pathOf(path, parameters, "#")], "string");
}

/** The value at a path; null for JSON null. */
export function jsonAt({ text: json }: Rendered, path: Path, parameters: Parameters): Rendered {
  return call(`${FUNCTIONS_SCHEMA}.json_at`, [json, pathOf(path, parameters), pathOf(path, parameters, "#")], "json");
}

/** A path of DuckDB, with a tag at the end of each key. */
function pathOf(path: Path, parameters: Parameters, tag: "" | "#" = ""): string {
  const steps = path.map((step) =>
    typeof step === "string" ? `."${step.replace(/["\\]/g, "\\$&")}${tag}"` : `[${Math.trunc(step)}]`,
  );
  return parameters.add(`$${steps.join("")}`, "string").text;
}
