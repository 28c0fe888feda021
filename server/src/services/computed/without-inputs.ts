import { parseQuery } from "../query-text";

/**
 * A raw query without its parameter `inputs`, which differs from request to request while the rest does not, and that
 * parameter's value. Errors: `invalid_parameter` where it is given twice, is empty, or its percent signs encode nothing.
 */
export function withoutInputs(rawQuery: string): { readonly query: string; readonly inputs: string | undefined } {
  if (!/(?:^|&)(?:inputs|[^&=]*%)/.test(rawQuery)) return { query: rawQuery, inputs: undefined };
  const pairs = rawQuery.split("&");
  const own = pairs.filter(isInputs);
  if (own.length === 0) return { query: rawQuery, inputs: undefined };
  const { inputs } = parseQuery(own.join("&"), ["inputs"]);
  return { query: pairs.filter((pair) => !isInputs(pair)).join("&"), inputs };
}

function isInputs(pair: string): boolean {
  const [name = ""] = pair.split("=", 1);
  try {
    return decodeURIComponent(name) === "inputs";
  } catch {
    return false;
  }
}
