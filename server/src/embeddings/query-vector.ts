import { FeatstoreError } from "../core/index";
import type { Metric } from "./vector-search";
import { numbersOfBase64 } from "./vector-text";

/**
 * Reads the numbers of a vector in a request: an array, or base64 of little-endian float32.
 * Errors: `vector_invalid`, `vector_dimensions`.
 */
export function requestedVector(value: unknown, dimensions: number, label: string): readonly number[] {
  const numbersIn: unknown = typeof value === "string" ? numbersOfBase64(value) : value;
  if (!Array.isArray(numbersIn)) {
    throw refusal(
      "vector_invalid",
      "vector",
      typeof value === "string"
        ? "expected base64 of little-endian float32 numbers"
        : "expected an array of numbers, or base64 of little-endian float32 numbers",
    );
  }
  const numbers: readonly unknown[] = numbersIn;
  if (numbers.length !== dimensions) {
    throw refusal(
      "vector_dimensions",
      "vector",
      `"${label}" has ${dimensions} dimensions, got ${numbers.length} numbers`,
    );
  }
  return numbers.map((number, index) => {
    if (typeof number !== "number") throw refusal("vector_invalid", `vector[${index}]`, "it must be a number");
    if (!Number.isFinite(Math.fround(number))) {
      throw refusal("vector_invalid", `vector[${index}]`, "expected a finite number within the range of float32");
    }
    return Math.fround(number);
  });
}

const MAX_SQUARED_LENGTH = 1e30;

/**
 * Formats a vector for the database. Under cosine only its direction counts, so it is scaled to a length that float32
 * can compute with. Errors: `vector_zero`, `vector_invalid`.
 */
export function vectorParameter(numbers: readonly number[], metric: Metric): string {
  if (metric !== "cosine") {
    // pgvector sums squares and products in float32.
    const squares = numbers.reduce((sum, number) => sum + number * number, 0);
    if (squares > MAX_SQUARED_LENGTH) {
      throw refusal(
        "vector_invalid",
        "vector",
        `it is too long for ${metric}: the sum of its squares must be at most 1e30`,
      );
    }
    return `[${numbers.join(",")}]`;
  }
  const largest = numbers.reduce((max, number) => Math.max(max, Math.abs(number)), 0);
  if (largest === 0) {
    throw refusal("vector_zero", "vector", "a vector of zeros has no direction, so its cosine is undefined");
  }
  return `[${numbers.map((number) => Math.fround(number / largest)).join(",")}]`;
}

function refusal(
  code: "vector_invalid" | "vector_dimensions" | "vector_zero",
  path: string,
  detail: string,
): FeatstoreError {
  return new FeatstoreError(code, `${path}: ${detail}.`, { errors: [{ path, detail }] });
}
