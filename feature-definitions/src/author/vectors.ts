import type { VectorFunctionName } from "../ir/expressions";
import type { VectorType } from "../ir/types";
import { scalar } from "./scalar";
import type { Level, LevelOf, Scalar, Typed, TypeOf } from "./scalar-types";

type Vector = Typed<VectorType, boolean, Level>;
/** A vector of the same dimensions. */
type Other<A extends Vector> = Typed<TypeOf<A>, boolean, Level>;
type Number<A, B> = Scalar<"float64", true, LevelOf<A> | LevelOf<B>>;

function vectorFunction<A extends Vector, B extends Vector>(name: VectorFunctionName, left: A, right: B): Number<A, B> {
  return scalar({ kind: "vector_function", name, left: left.expression, right: right.expression });
}

/**
 * The cosine of the angle between two vectors of the same dimensions, −1 to 1: 1 for the same direction. Null if one is
 * null or all zeros.
 *
 * @example cosineSimilarity(features.speech_embeddings.text, inputs.query)
 */
export function cosineSimilarity<A extends Vector, B extends Other<A>>(left: A, right: B): Number<A, B> {
  return vectorFunction("cosine_similarity", left, right);
}

/** The inner product of two vectors of the same dimensions. Null if one is null. */
export function innerProduct<A extends Vector, B extends Other<A>>(left: A, right: B): Number<A, B> {
  return vectorFunction("inner_product", left, right);
}

/** The Euclidean distance between two vectors of the same dimensions. Null if one is null. */
export function l2Distance<A extends Vector, B extends Other<A>>(left: A, right: B): Number<A, B> {
  return vectorFunction("l2_distance", left, right);
}
