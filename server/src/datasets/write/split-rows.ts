import type { ValueType } from "@featstore/definitions/compiler";
import { hashShare } from "../../core/index";
import { type Instant, readInstant } from "./read-time";

/** Names the part of a row by the texts of its split values. */
export type PartOf = (values: readonly (string | null)[]) => string;

/**
 * Creates the rule that divides rows into parts by a hash of the values, as for training sets, so that a key is in the same
 * part in both and stays in it as the data grows. Rows without a value form one group.
 */
export function hashParts(parts: Readonly<Record<string, number>>): PartOf {
  const names = Object.keys(parts).filter((name) => (parts[name] ?? 0) > 0);
  let percent = 0;
  const bounds = names.map((name) => {
    percent += parts[name] ?? 0;
    return percent;
  });
  return (values) => {
    const share = hashShare(values.filter((value) => value !== null)) * 100;
    return names[bounds.findIndex((bound) => share < bound)] ?? (names.at(-1) as string);
  };
}

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
