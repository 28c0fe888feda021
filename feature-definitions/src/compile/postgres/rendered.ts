import {
  inTypeOf,
  createLiterals as literals,
  type Parameters,
  createParameters as parameters,
} from "../text/rendered";
import { castName } from "./database-types";

export const inType = inTypeOf(castName);

export function createParameters(first: 1 | 2 = 2): Parameters {
  return parameters(castName, first);
}

export function createLiterals(): Parameters {
  return literals(castName);
}
