import { InvalidCallError } from "./errors";

/** The number of arguments of a method, if it is not two. */
const COUNTS: Readonly<Record<string, number>> = {
  list: 1,
  getBatch: 1,
  getBatchArrow: 1,
  search: 1,
  create: 1,
  getVersion: 3,
};

/** Lets methods refuse an argument after their options, which JavaScript would ignore. Errors: `InvalidCallError`. */
export function exact<Methods extends object>(methods: Methods, usual = 2): Methods {
  const checked = Object.entries(methods).map(([name, method]) => {
    const count = COUNTS[name] ?? usual;
    const call = (...given: readonly unknown[]) => {
      if (given.slice(count).some((each) => each !== undefined))
        throw new InvalidCallError(`${name} takes ${count} arguments: put all options into the last`);
      return method(...given);
    };
    return [name, call];
  });
  return Object.fromEntries(checked) as Methods;
}
