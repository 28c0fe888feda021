import type { Dialect } from "../dialect";
import type { DialectTraits } from "../tree/dialect-traits";
import type { DialectParts } from "./dialect-parts";
import { renderQuery } from "./query";
import { createLiterals, createParameters } from "./rendered";

export function createDialect(parts: DialectParts, traits: DialectTraits): Dialect {
  return {
    traits,
    placeholder: parts.placeholder,
    statement: (query, first) => {
      const parameters = createParameters(parts, first);
      const text = renderQuery(parts, query, parameters);
      return { text, parameters: parameters.values() };
    },
    textWithConstants: (query) => renderQuery(parts, query, createLiterals(parts)),
  };
}
