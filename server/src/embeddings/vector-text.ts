/**
 * The formats of vectors in responses: JSON arrays, or base64 of little-endian float32, which takes a third of the
 * size.
 */
export type VectorFormat = "json" | "base64";

const FLOAT32_BYTES = 4;

/** Converts a stored vector's JSON array to the format: the same text, or a string. */
export function vectorJson(text: string | null | undefined, format: VectorFormat): string {
  if (text === null || text === undefined) return "null";
  return format === "json" ? text : `"${base64Of(numbersOf(text))}"`;
}

/** Parses a stored vector's JSON array. */
export function numbersOf(text: string): readonly number[] {
  // The store wrote it from a vector column.
  return JSON.parse(text) as readonly number[];
}

function base64Of(numbers: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(numbers.length * FLOAT32_BYTES);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * FLOAT32_BYTES);
  return bytes.toString("base64");
}

/** Decodes float32 numbers from base64; undefined if it is not base64 or ends in an incomplete number. */
export function numbersOfBase64(text: string): readonly number[] | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % FLOAT32_BYTES !== 0) return undefined;
  return Array.from({ length: bytes.length / FLOAT32_BYTES }, (_, index) => bytes.readFloatLE(index * FLOAT32_BYTES));
}
