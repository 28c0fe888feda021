import { FeatstoreError } from "../../errors";
import type { Metric } from "../../stores/vector-store";
import { numbersOfBase64 } from "./vector-text";

/**
 * The numbers of a vector that came with a request: an array, or base64 of little-endian float32.
 * Errors: `vector_invalid`, `vector_dimensions`.
 */
export function requestedVector(value: unknown, dimensions: number, label: string): readonly number[] {
  const numbersIn: unknown = typeof value === "string" ? numbersOfBase64(value) : value;
  if (!Array.isArray(numbersIn)) {
    throw refusal(
      "vector_invalid",
      "vector",
      typeof value === "string"
        ? "it is no base64 of float32 numbers"
        : "it must be an array of numbers, or their base64",
    );
  }
  const numbers: readonly unknown[] = numbersIn;
  if (numbers.length !== dimensions) {
    throw refusal(
      "vector_dimensions",
      "vector",
      `"${label}" has ${dimensions} dimensions; ${numbers.length} numbers came`,
    );
  }
  return numbers.map((number, index) => {
    if (typeof number !== "number") throw refusal("vector_invalid", `vector[${index}]`, "it must be a number");
    if (!Number.isFinite(Math.fround(number))) {
      throw refusal(
        "vector_invalid",
        `vector[${index}]`,
        "NaN, infinities and what float32 cannot hold are no elements",
      );
    }
    return Math.fround(number);
  });
}

const MAX_SQUARED_LENGTH = 1e30;

/**
 * A vector as the database takes it. Under cosine only its direction counts, so that it is made as long as float32 can
 * compute with. Errors: `vector_zero`, `vector_invalid`.
 */
export function vectorParameter(numbers: readonly number[], metric: Metric): string {
  if (metric !== "cosine") {
    // pgvector adds squares and products up as float32.
    const squares = numbers.reduce((sum, number) => sum + number * number, 0);
    if (squares > MAX_SQUARED_LENGTH) {
      throw refusal("vector_invalid", "vector", `it is too long for ${metric}: the sum of its squares is at most 1e30`);
    }
    return `[${numbers.join(",")}]`;
  }
  const largest = numbers.reduce((max, number) => Math.max(max, Math.abs(number)), 0);
  if (largest === 0) {
    throw refusal("vector_zero", "vector", "nothing but zeros has no direction, and cosine compares directions");
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
