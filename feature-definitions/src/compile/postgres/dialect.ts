import type { Dialect } from "../dialect";
import { renderQuery } from "./query";
import { createLiterals, createParameters } from "./rendered";

export const postgresDialect: Dialect = {
  traits: {
    keepsInputOrder: true,
    numbersAllRows: true,
    underestimatesJoins: true,
    joinsAsOf: false,
    windowsSkipNulls: false,
  },
  statement: (query, first) => {
    const parameters = createParameters(first);
    const text = renderQuery(query, parameters);
    return { text, parameters: parameters.values() };
  },
  textWithConstants: (query) => renderQuery(query, createLiterals()),
};
