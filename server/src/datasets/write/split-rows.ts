import { hash } from "node:crypto";

/** Names the part of a row by the texts of its split values. */
export type PartOf = (values: readonly (string | null)[]) => string;

/**
 * Creates the rule that divides rows into parts: SHA-256 of the values' JSON array, as for training sets, so that a key is in the
 * same part in both and stays in it as the data grows. Rows without a value form one group.
 */
export function hashParts(parts: Readonly<Record<string, number>>): PartOf {
  const names = Object.keys(parts).filter((name) => (parts[name] ?? 0) > 0);
  let percent = 0;
  const bounds = names.map((name) => {
    percent += parts[name] ?? 0;
    return percent;
  });
  return (values) => {
    const digest = hash("sha256", JSON.stringify(values.filter((value) => value !== null)), "buffer");
    const share = (digest.readUIntBE(0, 6) / 2 ** 48) * 100;
    return names[bounds.findIndex((bound) => share < bound)] ?? (names.at(-1) as string);
  };
}
