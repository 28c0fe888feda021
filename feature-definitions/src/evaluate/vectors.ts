import type { VectorFunctionExpression, VectorFunctionName } from "../ir/expressions";
import { type Compile, type Evaluator, isVector } from "./values";

type Vector = readonly number[];

/** The sum over the elements of both vectors, which are float32. */
function sumOf(a: Vector, b: Vector, term: (x: number, y: number) => number): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) {
    sum += term(Math.fround(a[index] ?? 0), Math.fround(b[index] ?? 0));
  }
  return sum;
}

const product = (x: number, y: number): number => x * y;

const functions: Readonly<Record<VectorFunctionName, (a: Vector, b: Vector) => number>> = {
  cosine_similarity: (a, b) => {
    const similarity = sumOf(a, b, product) / Math.sqrt(sumOf(a, a, product) * sumOf(b, b, product));
    return Number.isNaN(similarity) ? similarity : Math.max(-1, Math.min(1, similarity));
  },
  inner_product: (a, b) => sumOf(a, b, product),
  l2_distance: (a, b) => Math.sqrt(sumOf(a, b, (x, y) => (x - y) ** 2)),
};

/** Values beyond float32 are null, because pgvector sums in float32. */
const largest = 3.4028234663852886e38;

export function compileVectorFunction({ name, left, right }: VectorFunctionExpression, compile: Compile): Evaluator {
  const [first, second] = [compile(left), compile(right)];
  const apply = functions[name];
  return (inputs) => {
    const a = first(inputs);
    const b = second(inputs);
    if (!isVector(a) || !isVector(b)) return null;
    const value = apply(a, b);
    return Math.abs(value) <= largest ? value : null;
  };
}
