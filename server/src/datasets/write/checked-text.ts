import { isUtf8 } from "node:buffer";

/** The longest text of a dataset. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024;

const decimal = /^-?\d+(?:\.\d+)?$/;
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** A lone surrogate in a JSON text that `JSON.stringify` wrote: an escape after an even number of backslashes. */
const loneSurrogate = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

type Check = (bytes: Uint8Array, start: number, end: number) => string | undefined;

/** Returns the check of the values of a type that is stored as a text; it returns the reason of a refusal. */
export function checkedText(type: "string" | "uuid" | "json" | "decimal"): Check {
  const check = checks[type];
  return (bytes, start, end) => (end - start > MAX_TEXT_BYTES ? "it is longer than 16 MiB" : check(bytes, start, end));
}

const checks: Readonly<Record<"string" | "uuid" | "json" | "decimal", Check>> = {
  string: (bytes, start, end) => {
    for (let at = start; at < end; at += 1)
      if ((bytes[at] as number) > 127) return isUtf8(bytes.subarray(at, end)) ? undefined : "it is no UTF-8";
    return undefined;
  },
  uuid: (bytes, start, end) =>
    end - start === 36 && uuid.test(Buffer.prototype.latin1Slice.call(bytes, start, end)) ? undefined : "it is no UUID",
  decimal: (bytes, start, end) =>
    decimal.test(Buffer.prototype.latin1Slice.call(bytes, start, end)) ? undefined : "it is no decimal number",
  json(bytes, start, end) {
    if (!isUtf8(bytes.subarray(start, end))) return "it is no UTF-8";
    const text = Buffer.prototype.utf8Slice.call(bytes, start, end);
    try {
      const value: unknown = JSON.parse(text);
      if (text.includes("\\u") && loneSurrogate.test(JSON.stringify(value))) return "it has half of a surrogate pair";
    } catch {
      return "it is no JSON";
    }
    return undefined;
  },
};
