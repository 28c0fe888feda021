import type { ValueType } from "@featstore/definitions/compiler";
import { type Instant, readInstant } from "./read-time";

/** Returns the text by which a value decides the part of its row: the same whatever the session prints. */
export function splitText(type: ValueType, value: Uint8Array | null): string | null {
  if (value === null) return null;
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
  if (type === "timestamp") {
    const into: Instant = { seconds: 0, micros: 0 };
    return readInstant(value, 0, value.length, into) ? `${into.seconds}.${into.micros}` : text;
  }
  if (type === "float32" || type === "float64") return String(Number(text));
  return type === "uuid" ? text.toLowerCase() : text;
}
