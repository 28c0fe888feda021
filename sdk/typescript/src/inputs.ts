import type { Json } from "./answer";
import type { NamedService, ServiceDefinition } from "./definition";
import { InvalidCallError } from "./errors";
import type { AnyRegistry, RegistryTypes } from "./registry-types";
import type { ServiceSelector } from "./selection";

/** An input of a request. A `bigint` is sent as decimal text; a `Float32Array` is a vector. */
export type InputValue = Json | bigint | Float32Array | undefined;

/** Inputs by name, without types from a definition. */
export type InputValues = Readonly<Record<string, InputValue>>;

type Widened<Value> = Value extends readonly number[] ? Value | Float32Array : Value;

/** The inputs of a service; typed if the service is a definition, or a name in the registry. */
export type InputsOf<Service extends ServiceSelector, Types extends RegistryTypes = AnyRegistry> = [Service] extends [
  never,
]
  ? InputValues
  : Service extends string
    ? Service extends keyof Types["services"]
      ? InputsOfDefinition<Types["services"][Service]>
      : InputValues
    : InputsOfDefinition<Service>;

type InputsOfDefinition<Service> = Service extends
  | ServiceDefinition<string, number, unknown, infer Inputs>
  | NamedService<unknown, infer Inputs>
  ? unknown extends Inputs
    ? InputValues
    : { readonly [Name in keyof Inputs]: Widened<Inputs[Name]> }
  : InputValues;

/** The option `inputs`; required if the service's definition has required inputs. */
export type InputsOption<Service extends ServiceSelector, Types extends RegistryTypes = AnyRegistry> =
  Record<never, never> extends InputsOf<Service, Types>
    ? { readonly inputs?: InputsOf<Service, Types> | undefined }
    : { readonly inputs: InputsOf<Service, Types> };

/** Converts inputs to JSON. Errors: `InvalidCallError` for numbers that JSON cannot represent. */
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
  return value as Json; // only JSON values are left
}

function finite(name: string, value: number): number {
  // JSON.stringify would turn it into null.
  if (!Number.isFinite(value)) throw new InvalidCallError(`Input ${name}: expected a finite number, got ${value}`);
  return value;
}
