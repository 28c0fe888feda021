import type { ServiceInput } from "../ir/nodes";
import { AS_OF, inputColumnName } from "../ir/service-columns";
import type { ScalarType, VectorType } from "../ir/types";
import type { ColumnDefinition } from "./column";
import { scalar } from "./scalar";
import type { Scalar } from "./scalar-types";
import type { RowValue } from "./values";

type InputType = ScalarType | VectorType;
type InputColumn = ColumnDefinition<InputType, boolean>;

/** A value that comes with the request: its type, with a description where it is worth one. */
export type InputDeclaration = InputColumn | { readonly type: InputColumn; readonly description: string };

/** The inputs of a service by their names. */
export type InputSet = Readonly<Record<string, InputDeclaration>>;

type ColumnOf<D> = D extends InputColumn ? D : D extends { readonly type: infer C } ? C : never;

/** Inputs as computed features read them. */
export type InputColumns<I> = {
  readonly [Name in keyof I]: ColumnOf<I[Name]> extends ColumnDefinition<infer T, infer N>
    ? Scalar<T, N, "entity">
    : never;
};

type ValueOf<D> =
  ColumnOf<D> extends ColumnDefinition<infer T, infer N> ? RowValue<T> | (N extends true ? null : never) : never;
type OptionalNames<I> = {
  [Name in keyof I]: ColumnOf<I[Name]> extends ColumnDefinition<InputType, true> ? Name : never;
}[keyof I];

/** Inputs as a request gives them: those that may be null may be left out. */
export type InputsRow<I> = { readonly [Name in Exclude<keyof I, OptionalNames<I>>]: ValueOf<I[Name]> } & {
  readonly [Name in OptionalNames<I>]?: ValueOf<I[Name]>;
};

export function inputsOf(declared: InputSet): readonly ServiceInput[] {
  return Object.entries(declared).map(([name, declaration]) => {
    const [column, description] =
      "kind" in declaration ? [declaration, null] : [declaration.type, declaration.description];
    return { name, type: column.type, nullable: column.isNullable, description };
  });
}

/** The inputs as columns; a name that is none of them gives one all the same, for `checkDefinitions` to report. */
export function inputColumns<I extends InputSet>(inputs: readonly ServiceInput[]): InputColumns<I> {
  const columnOf = (name: string): object => {
    const { type = "string" as const, nullable = true } = inputs.find((input) => input.name === name) ?? {};
    return scalar({ kind: "column", name: inputColumnName({ name }), type, nullable });
  };
  const row = new Proxy({}, { get: (_target, name) => (typeof name === "string" ? columnOf(name) : undefined) });
  return row as InputColumns<I>; // the proxy has every name, in the type that the input declares
}

/** The time that computed features are asked for, as they read it. */
export type AsOf = Scalar<"timestamp", false, "entity">;

export function asOfColumn(): AsOf {
  return scalar({ kind: "column", name: AS_OF, type: "timestamp", nullable: false });
}
