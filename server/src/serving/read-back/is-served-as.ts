import type { ValueType } from "@featstore/definitions/compiler";
import { PREFIX } from "./sampled-rows";

/** Whether the JSON text that is served says the same as the plain text of the column. */
export function isServedAs(type: ValueType, served: string | undefined, plain: string | null): boolean {
  if (served === undefined) return false;
  if (plain === null || served === "null") return plain === null && served === "null";
  switch (type) {
    case "string":
      return PREFIX + JSON.parse(served) === plain;
    case "int64":
    case "decimal":
    case "uuid":
      return JSON.parse(served) === plain;
    case "float32":
    case "float64":
      return Object.is(Number(JSON.parse(served)), Number(plain));
    case "date":
    case "timestamp": {
      // Outside these years, and for the infinities, both have forms of their own.
      if (!/^\d{4}-\d\d-\d\d( |$)/.test(plain) || plain.endsWith("BC")) return true;
      const text = String(JSON.parse(served));
      return type === "date" ? text === plain : instantOf(text) === instantOf(plain);
    }
    case "bool":
    case "int32":
    case "json":
      return served === plain;
    default:
      return JSON.stringify(JSON.parse(served)) === JSON.stringify(JSON.parse(plain));
  }
}

/** `2026-01-01T00:00:00.500000`, whether it was written with `T`, `Z` and all six digits or not. */
function instantOf(text: string): string {
  const [seconds = "", digits = ""] = text.replace(" ", "T").replace(/Z$/, "").split(".");
  return `${seconds}.${digits.padEnd(6, "0")}`;
}
