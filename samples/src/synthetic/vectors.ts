import { createRandom, seedOf } from "./random";

const SCALE = 100_000;
const CLUSTERS = 24;
/** The deviation of a vector from its cluster's center, relative to the center's length of 1. */
const SPREAD = 0.8;

function normalise(vector: Float64Array): Float64Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] ?? 0) / length;
  return vector;
}

/** Fills a vector with independent uniform values of variance 1/dimensions; only sums over hundreds of them matter. */
function fill(vector: Float64Array, seed: number): Float64Array {
  const random = createRandom(seed);
  const width = Math.sqrt(12 / vector.length);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (random.unit() - 0.5) * width;
  return vector;
}

/**
 * Creates unit vectors around 24 centers as pgvector's text. The returned function depends only on its arguments. Components
 * have five decimals, so a length is 1 within about 0.0001.
 */
export function createVectors(dimensions: number, seed: number): (seed: number, cluster: number) => string {
  const centers = Array.from({ length: CLUSTERS }, (_, cluster) =>
    normalise(fill(new Float64Array(dimensions), seedOf(seed, dimensions, cluster))),
  );
  const texts: string[] = [];
  const vector = new Float64Array(dimensions);
  const parts: string[] = Array.from({ length: dimensions }, () => "0");
  const textOf = (scaled: number) => {
    const at = scaled + SCALE;
    let text = texts[at];
    if (text === undefined) {
      text = String(scaled / SCALE);
      texts[at] = text;
    }
    return text;
  };
  return (own, cluster) => {
    fill(vector, own);
    const center = centers[cluster % CLUSTERS];
    for (let index = 0; index < dimensions; index += 1) {
      vector[index] = (vector[index] ?? 0) * SPREAD + (center?.[index] ?? 0);
    }
    normalise(vector);
    for (let index = 0; index < dimensions; index += 1) parts[index] = textOf(Math.round((vector[index] ?? 0) * SCALE));
    return `[${parts.join(",")}]`;
  };
}
