import { type ValueType, type VectorType, vectorDimensions } from "../../ir/types";
import type { CastName } from "./rendered";

/** A dialect's names of types. */
export type TypeNames = Readonly<Record<Exclude<ValueType, VectorType>, string>>;

/** Names types, and vectors by their own type. */
export function namesOfTypes(names: TypeNames, vector: (type: ValueType) => string): CastName {
  const known = new Map<string, string>(Object.entries(names));
  return (type) => {
    const name = known.get(type);
    if (name !== undefined) return name;
    if (vectorDimensions(type) === undefined) throw new RangeError(`Unknown type ${type}`);
    return vector(type);
  };
}
