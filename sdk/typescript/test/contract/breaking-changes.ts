import { type JsonSchema, narrowings, type Resolve } from "./schema-changes";

/** An OpenAPI document, as far as clients depend on it. */
export interface ApiDocument {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, JsonSchema>>;
    readonly responses?: Readonly<Record<string, Response>>;
  };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

interface Response {
  readonly content?: Content;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses?: Readonly<Record<string, Response>>;
}

const METHODS = ["get", "put", "post", "delete", "patch"];

/**
 * Lists the changes after which a client of `before` may fail with a server of `after`: something that can no longer be
 * requested, must newly be sent, or is no longer answered. New values of an enumeration in a response are none, because
 * clients have to expect them.
 */
export function breakingChanges(before: ApiDocument, after: ApiDocument): readonly string[] {
  const operations = operationsOf(after);
  return [...operationsOf(before)].flatMap(([name, operation]) => {
    const successor = operations.get(name);
    if (successor === undefined) return [`${name}: removed`];
    return operationChanges(operation, successor, resolver(before), resolver(after)).map(
      (change) => `${name}: ${change}`,
    );
  });
}

/** True if a release with this version may break clients of the older one: a new major version, or a new 0.x. */
export function mayBreak(before: string, after: string): boolean {
  const [oldMajor = 0, oldMinor = 0] = before.split(".").map(Number);
  const [major = 0, minor = 0] = after.split(".").map(Number);
  return major > oldMajor || (major === 0 && oldMajor === 0 && minor > oldMinor);
}

/** Operations by method and path, with their responses instead of references; the names of path parameters do not count. */
function operationsOf({ paths, components }: ApiDocument): ReadonlyMap<string, Operation> {
  const responsesOf = ({ responses = {} }: Operation) =>
    Object.fromEntries(
      Object.entries(responses).map(([status, response]): [string, Response] => {
        const name = "$ref" in response ? String(response.$ref).replace("#/components/responses/", "") : undefined;
        return [status, name === undefined ? response : (components?.responses?.[name] ?? {})];
      }),
    );
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method] !== undefined).map((method): [string, Operation] => {
        const operation = item[method] as Operation;
        const shared = (item.parameters ?? []) as readonly Parameter[];
        const parameters = [...shared, ...(operation.parameters ?? [])].filter((each) => each.in !== "path");
        return [
          `${method.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`,
          { ...operation, parameters, responses: responsesOf(operation) },
        ];
      }),
    ),
  );
}

function operationChanges(before: Operation, after: Operation, old: Resolve, now: Resolve): readonly string[] {
  return [
    ...parameterChanges(before.parameters ?? [], after.parameters ?? [], old, now),
    ...bodyChanges(before.requestBody, after.requestBody, old, now),
    ...Object.entries(before.responses ?? {})
      .filter(([status]) => status.startsWith("2"))
      .flatMap(([status, { content = {} }]) => {
        const answered = after.responses?.[status];
        if (answered === undefined) return [`response ${status} removed`];
        return contentChanges(`response ${status}`, content, answered.content ?? {}, (was, is, at) =>
          narrowings(is, was, { path: at, wide: old, narrow: now, isResponse: true }),
        );
      }),
  ];
}

function parameterChanges(
  before: readonly Parameter[],
  after: readonly Parameter[],
  old: Resolve,
  now: Resolve,
): readonly string[] {
  const keyOf = (parameter: Parameter) => `${parameter.in} parameter ${parameter.name}`;
  const known = new Map(before.map((parameter) => [keyOf(parameter), parameter]));
  const accepted = new Map(after.map((parameter) => [keyOf(parameter), parameter]));
  const removed = before.filter((each) => !accepted.has(keyOf(each))).map((each) => `${keyOf(each)} removed`);
  const changed = after.flatMap((parameter) => {
    const key = keyOf(parameter);
    const was = known.get(key);
    const required = parameter.required === true && was?.required !== true ? [`${key} is newly required`] : [];
    if (was === undefined) return required;
    const path = key;
    return [
      ...required,
      ...narrowings(was.schema ?? {}, parameter.schema ?? {}, { path, wide: now, narrow: old, isResponse: false }),
    ];
  });
  return [...removed, ...changed];
}

function bodyChanges(
  before: Operation["requestBody"],
  after: Operation["requestBody"],
  old: Resolve,
  now: Resolve,
): readonly string[] {
  const required = after?.required === true && before?.required !== true ? ["request body is newly required"] : [];
  if (before === undefined) return required;
  if (after === undefined) return ["request body removed"];
  const changes = contentChanges("request", before.content ?? {}, after.content ?? {}, (was, is, path) =>
    narrowings(was, is, { path, wide: now, narrow: old, isResponse: false }),
  );
  return [...required, ...changes];
}

function contentChanges(
  path: string,
  before: Content,
  after: Content,
  compare: (before: JsonSchema, after: JsonSchema, path: string) => readonly string[],
): readonly string[] {
  return Object.entries(before).flatMap(([type, { schema = {} }]) => {
    const successor = after[type];
    return successor === undefined ? [`${path} ${type} removed`] : compare(schema, successor.schema ?? {}, path);
  });
}

function resolver({ components }: ApiDocument): Resolve {
  return (schema) => {
    const name = schema.$ref?.replace("#/components/schemas/", "");
    return name === undefined ? schema : (components?.schemas?.[name] ?? {});
  };
}
