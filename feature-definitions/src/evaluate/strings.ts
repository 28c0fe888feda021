import type { StringFunctionExpression } from "../ir/expressions";
import { binary, type Compile, type Evaluator, isInteger, isText, type PortableValue, unary } from "./values";

/** Leaves letters outside ASCII unchanged: their case differs between locales and versions of Unicode. */
export const asciiLower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const asciiUpper = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

function codePoints(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

/**
 * Returns the code points from `start`, counted from 1, up to but excluding `end`; a start below 1 uses up part of the
 * length.
 */
function slice(text: string, start: bigint, end: bigint | null): string {
  const from = start < 1n ? 0 : Number(start - 1n);
  const to = end === null ? undefined : end < 1n ? 0 : Number(end - 1n);
  return [...text].slice(from, to).join("");
}

function compileSubstring(text: Evaluator, start: Evaluator, length: Evaluator | null): Evaluator {
  return (inputs) => {
    const whole = text(inputs);
    const from = start(inputs);
    const count = length ? length(inputs) : 0n;
    if (!isText(whole) || !isInteger(from) || !isInteger(count)) return null;
    return slice(whole, from, length ? from + (count < 0n ? 0n : count) : null);
  };
}

function compileReplace(text: Evaluator, from: Evaluator, to: Evaluator): Evaluator {
  return (inputs) => {
    const whole = text(inputs);
    const old = from(inputs);
    const replacement = to(inputs);
    if (!isText(whole) || !isText(old) || !isText(replacement)) return null;
    return old === "" ? whole : whole.replaceAll(old, () => replacement);
  };
}

export function compileStringFunction({ name, operands }: StringFunctionExpression, compile: Compile): Evaluator {
  const nothing = (): PortableValue => null;
  const [first = nothing, second = nothing, third] = operands.map(compile);
  switch (name) {
    case "lower":
      return unary(first, isText, asciiLower);
    case "upper":
      return unary(first, isText, asciiUpper);
    case "trim":
      return unary(first, isText, (text) => text.replace(/^ +/, "").replace(/(?<! ) +$/, ""));
    case "length":
      return unary(first, isText, (text) => BigInt(codePoints(text)));
    case "concat":
      return operands.slice(1).reduce((text, next) => binary(text, compile(next), isText, (a, b) => a + b), first);
    case "substring":
      return compileSubstring(first, second, third ?? null);
    case "contains":
      return binary(first, second, isText, (text, part) => text.includes(part));
    case "starts_with":
      return binary(first, second, isText, (text, part) => text.startsWith(part));
    case "replace":
      return compileReplace(first, second, third ?? nothing);
    default:
      return name satisfies never;
  }
}
