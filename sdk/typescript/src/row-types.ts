import type { Json } from "./answer";
import type { NamedService, NamedView, PickDefinition, ServiceDefinition, ViewDefinition } from "./definition";
import type { AnyRegistry, RegistryTypes, RowOfName } from "./registry-types";
import type { Selector, ServiceSelector } from "./selection";

/** Features by view and name, without types from a definition. */
export type Values<Value = Json> = Readonly<Record<string, Readonly<Record<string, Value>>>>;

type Intersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer I) => void
  ? I
  : never;

type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/** A value read by name: only a definition tells int64 from text. */
type NamedValue<Value> = Value extends bigint ? string : Value;

/** `[view name, row]` of a string, whose row is typed if the registry has the name. */
type NamedEntry<Name extends string, Types extends RegistryTypes> = Name extends `${infer View}.${infer Feature}`
  ? [
      View,
      {
        readonly [Each in Feature]: Each extends keyof RowOfName<Types, View>
          ? NamedValue<RowOfName<Types, View>[Each]>
          : Json;
      },
    ]
  : [
      Name,
      string extends keyof Types["views"] ? Readonly<Record<string, Json>> : UnconvertedRow<RowOfName<Types, Name>>,
    ];

/** `[view name, row]` of a selector. */
type EntryOf<S, Types extends RegistryTypes> = S extends string
  ? NamedEntry<S, Types>
  : S extends ViewDefinition<infer Name, number, infer Row>
    ? [Name, Row]
    : S extends PickDefinition<infer Name, infer Row> | NamedView<infer Name, infer Row>
      ? [Name, Row]
      : never;

/** True if the type says which selectors there are: a tuple, without a plain `string` or one of several names. */
export type IsExact<Selectors extends readonly unknown[]> = number extends Selectors["length"]
  ? false
  : true extends { readonly [Index in keyof Selectors]: IsOpen<Selectors[Index]> }[number]
    ? false
    : true;
/** True for a plain `string`, and for one of several names. */
export type IsOpen<S> = string extends S ? true : [S] extends [Intersection<S>] ? false : true;

type RowUnder<Entry, Name> = Entry extends [Name, infer Row] ? Row : never;

type RowsByView<Entry extends [string, unknown]> = {
  readonly [Name in Entry[0]]: Flat<Intersection<RowUnder<Entry, Name>>>;
};

/**
 * The types of the selected features, by view: the rows of definitions, and of names in the registry. Other names give JSON
 * values: under the names, if they are literal.
 */
export type FeaturesOf<
  Selectors extends readonly Selector[],
  Service extends ServiceSelector = never,
  Types extends RegistryTypes = AnyRegistry,
> = [Service] extends [never]
  ? RowsOf<Selectors, Types>
  : Service extends ServiceDefinition<string, number, infer Row> | NamedService<infer Row>
    ? Row
    : Selectors extends readonly []
      ? RowsOfService<Service, Types>
      : Values;

type RowsOf<Selectors extends readonly Selector[], Types extends RegistryTypes> = Selectors extends readonly []
  ? Values
  : Selectors extends readonly Exclude<Selector, string>[]
    ? RowsByView<EntryOf<Selectors[number], Types>>
    : IsExact<Selectors> extends true
      ? RowsByView<EntryOf<Selectors[number], Types>>
      : Selectors extends readonly string[]
        ? Values
        : Values<Json | bigint>;

type RowsOfService<Service, Types extends RegistryTypes> = string extends keyof Types["services"]
  ? Values
  : Service extends keyof Types["services"]
    ? Types["services"][Service] extends ServiceDefinition<string, number, infer Rows>
      ? UnconvertedRows<Rows>
      : Values
    : Values;

type Unconverted<Value> = Value extends bigint ? string : readonly number[] extends Value ? Value | undefined : Value;

/** A row without its definition at run time: int64 stays text, and vectors, which are only sent by name, are absent. */
export type UnconvertedRow<Row> = { readonly [Name in keyof Row]: Unconverted<Row[Name]> };

/** A service's rows without its definition at run time. */
export type UnconvertedRows<Rows> = {
  readonly [View in keyof Rows]: {
    readonly [Name in keyof Rows[View]]: Rows[View][Name] extends bigint | null
      ? Exclude<Rows[View][Name], bigint> | string
      : Rows[View][Name];
  };
};
