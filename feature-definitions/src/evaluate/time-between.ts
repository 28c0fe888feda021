import type { TimeBetweenExpression } from "../ir/expressions";
import { daysBetween, epochSeconds } from "./times";
import { binary, type Compile, type Evaluator, isInteger, isText } from "./values";

export function compileTimeBetween({ unit, start, end }: TimeBetweenExpression, compile: Compile): Evaluator {
  const [from, to] = [compile(start), compile(end)];
  if (unit === "days") return binary(from, to, isText, (first, last) => BigInt(daysBetween(first, last)));
  return binary(from, to, isInteger, (first, last) => epochSeconds(last - first));
}
