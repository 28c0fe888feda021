import type { ServiceInput } from "../ir/nodes";
import { AS_OF, inputColumnName } from "../ir/service-columns";
import type { ScalarType, VectorType } from "../ir/types";
import type { ColumnDefinition } from "./column";
import { scalar } from "./scalar";
import type { Scalar } from "./scalar-types";
import type { RowValue } from "./values";

type InputType = ScalarType | VectorType;
type InputColumn = ColumnDefinition<InputType, boolean>;

/** A value sent with the request: its type, optionally with a description. */
export type InputDeclaration = InputColumn | { readonly type: InputColumn; readonly description: string };

/** The inputs of a service by name. */
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

/** Inputs of a request; nullable ones may be omitted. */
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

/** Makes columns of the inputs; an unknown name also gives a column, for `checkDefinitions` to report. */
export function inputColumns<I extends InputSet>(inputs: readonly ServiceInput[]): InputColumns<I> {
  const columnOf = (name: string): object => {
    const { type = "string" as const, nullable = true } = inputs.find((input) => input.name === name) ?? {};
    return scalar({ kind: "column", name: inputColumnName({ name }), type, nullable });
  };
  const row = new Proxy({}, { get: (_target, name) => (typeof name === "string" ? columnOf(name) : undefined) });
  return row as InputColumns<I>; // the proxy has every name, with the type that the input declares
}

/** The as-of time, as computed features read it. */
export type AsOf = Scalar<"timestamp", false, "entity">;

export function asOfColumn(): AsOf {
  return scalar({ kind: "column", name: AS_OF, type: "timestamp", nullable: false });
}
