import type { ValueType } from "../../ir/types";
import { atom, type Parameters, type Rendered } from "../text/rendered";
import { ownCall } from "./function";

type Path = readonly (string | number)[];

/**
 * The text of the value at a path, to be cast to a type: a string's own text, any other value's JSON text, null for JSON
 * null.
 */
export function jsonText({ text: json }: Rendered, path: Path, to: ValueType, parameters: Parameters): Rendered {
  // A float is the same after Spark has read it as one.
  return to === "float32" || to === "float64"
    ? atom(`get_json_object(${json}, ${pathOf(path, parameters)})`, "string")
    : ownCall("json_text", [json, pathOf(path, parameters), pathOf(path, parameters, "#")], "string");
}

/** The value at a path; null for JSON null. */
export function jsonAt({ text: json }: Rendered, path: Path, parameters: Parameters): Rendered {
  return ownCall("json_at", [json, pathOf(path, parameters, "#")], "json");
}

/** A path of Spark, with a tag at the end of each key. Neither form of a key has escapes. */
function pathOf(path: Path, parameters: Parameters, tag: "" | "#" = ""): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${Math.trunc(step)}]`;
    return /['?]/.test(step) ? `.${step}${tag}` : `['${step}${tag}']`;
  });
  return parameters.add(`$${steps.join("")}`, "string").text;
}
