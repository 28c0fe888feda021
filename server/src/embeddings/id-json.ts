import type { Entity } from "@featstore/definitions/compiler";
import { type EntityKey, KEY_SEPARATOR } from "../serving/index";

/** Formats a key as requests take it: an integer as a number if JSON keeps it exact, a composite key as an object. */
export function idJson({ key }: Entity, text: EntityKey): string {
  const parts = text.split(KEY_SEPARATOR);
  const values = key.map(({ type }, index) => {
    const part = parts[index] ?? "";
    return type !== "string" && type !== "uuid" && Number.isSafeInteger(Number(part)) ? part : JSON.stringify(part);
  });
  if (values.length === 1) return values[0] ?? "null";
  return `{${key.map(({ name }, index) => `"${name}":${values[index]}`).join(",")}}`;
}
