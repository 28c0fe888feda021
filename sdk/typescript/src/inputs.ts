import type { Json } from "./answer";
import type { NamedService, ServiceDefinition } from "./definition";
import { InvalidCallError } from "./errors";
import type { ServiceSelector } from "./selection";

/** A value that comes with a request. A `bigint` travels as its decimal text; a `Float32Array` is a vector. */
export type InputValue = Json | bigint | Float32Array | undefined;

/** Inputs by name, where no definition tells their types. */
export type InputValues = Readonly<Record<string, InputValue>>;

type Widened<Value> = Value extends readonly number[] ? Value | Float32Array : Value;

/** The inputs that a service takes: those of its definition where one was given. */
export type InputsOf<Service extends ServiceSelector> = Service extends
  | ServiceDefinition<string, number, unknown, infer Inputs>
  | NamedService<unknown, infer Inputs>
  ? unknown extends Inputs
    ? InputValues
    : { readonly [Name in keyof Inputs]: Widened<Inputs[Name]> }
  : InputValues;

/** The option `inputs`, required where the service's definition says that some input is. */
export type InputsOption<Service extends ServiceSelector> =
  Record<never, never> extends InputsOf<Service>
    ? { readonly inputs?: InputsOf<Service> | undefined }
    : { readonly inputs: InputsOf<Service> };

/** Inputs as JSON. Errors: `InvalidCallError` for numbers that JSON has not. */
export function inputsInBody(inputs: InputValues | undefined): { readonly [name: string]: Json } | undefined {
  if (inputs === undefined) return undefined;
  const present = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, jsonOf(name, value)]));
}

function jsonOf(name: string, value: InputValue): Json {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Float32Array) return Array.from(value, (number) => Number(finite(name, number)));
  if (typeof value === "number") return finite(name, value);
  if (Array.isArray(value)) return value.map((element: InputValue) => jsonOf(name, element));
  return value as Json; // what is left is JSON as it stands
}

function finite(name: string, value: number): number {
  // JSON.stringify would make it null.
  if (!Number.isFinite(value)) throw new InvalidCallError(`The input ${name} is ${value}, which JSON does not have`);
  return value;
}
