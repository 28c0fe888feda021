import type { ValueType } from "../../ir/types";

/** A piece of SQL, whether it needs no parentheses as an operand, and its type if that is certain. */
export interface Rendered {
  readonly text: string;
  readonly atomic: boolean;
  readonly type: ValueType | null;
}

export function atom(text: string, type: ValueType | null = null): Rendered {
  return { text, atomic: true, type };
}

export function compound(text: string, type: ValueType | null = null): Rendered {
  return { text, atomic: false, type };
}

/** The text as an operand of an operator that binds tighter. */
export function operand({ text, atomic }: Rendered): string {
  return atomic ? text : `(${text})`;
}

export function call(name: string, operands: readonly string[], type: ValueType | null = null): Rendered {
  return atom(`${name}(${operands.join(", ")})`, type);
}

/** A dialect's name of the type that people write in a cast. */
export type CastName = (type: ValueType) => string;

/** The value in the requested type, cast only if it may have another. */
export function inTypeOf(castName: CastName): (rendered: Rendered, type: ValueType) => Rendered {
  return (rendered, type) =>
    rendered.type === type ? rendered : atom(`${operand(rendered)}::${castName(type)}`, type);
}

/** Writes the placeholders of one statement; equal values of a type share one. */
export interface Parameters {
  readonly add: (value: string | null, type: ValueType) => Rendered;
  readonly values: () => readonly (string | null)[];
}

/** How a dialect writes the values of definitions. */
export interface ValueText {
  readonly castName: CastName;
  /** Quotes a text constant. */
  readonly quoteText: (text: string) => string;
  /** The parameter of this number, from 1. */
  readonly placeholder: (number: number) => string;
}

/** Writes constants into the text: the statement has no parameters. */
export function createLiterals({ castName, quoteText }: Pick<ValueText, "castName" | "quoteText">): Parameters {
  return {
    add: (value, type) => atom(`${value === null ? "null" : quoteText(value)}::${castName(type)}`, type),
    values: () => [],
  };
}

/** Numbers parameters from `first` on. In a view's query the first parameter is the as-of time. */
export function createParameters({ castName, placeholder }: ValueText, first: 1 | 2): Parameters {
  const values: (string | null)[] = [];
  const known = new Map<string, string>();
  return {
    add: (value, type) => {
      const key = JSON.stringify([value, type]);
      let text = known.get(key);
      if (text === undefined) {
        text = `${placeholder(values.length + first)}::${castName(type)}`;
        values.push(value);
        known.set(key, text);
      }
      return atom(text, type);
    },
    values: () => values,
  };
}
