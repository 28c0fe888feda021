import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** A JSON Schema of `docs/openapi.json`. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Documented {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly security: readonly Readonly<Record<string, unknown>>[];
}

/** An operation of the document, with its validators. */
export interface Operation {
  readonly id: string;
  /** In upper case. */
  readonly method: string;
  /** With the names of parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The body's schemas by media type; none: the operation has no body. */
  readonly bodies: ReadonlyMap<string, Content>;
  /** True if only a signed-in person may call it. */
  readonly isForPeople: boolean;
  /** Validates the value of a parameter. */
  readonly parameterValidator: (parameter: Parameter) => ValidateFunction;
  /** Validates the JSON value of a body. */
  readonly bodyValidator: () => ValidateFunction;
  /** Follows a reference within the document. */
  readonly resolve: (schema: Schema) => Schema;
}

/** Lists the operations of `docs/openapi.json`. */
export function documentedOperations(): readonly Operation[] {
  const text = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
  const document = JSON.parse(text) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const ajv = new Ajv2020({ strict: false, allErrors: true, schemas: { api: document }, formats: { date: isDate } });
  const validatorAt = (...pointer: readonly string[]): ValidateFunction => {
    const reference = `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll("/", "~1"))).join("/")}`;
    const validator = ajv.getSchema(reference);
    if (validator === undefined) throw new Error(`docs/openapi.json has no ${reference}`);
    return validator;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]): Operation => {
      const { operationId, parameters = [], requestBody, security } = documented;
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        parameters,
        bodies: new Map(Object.entries(requestBody?.content ?? {})),
        isForPeople: security.length === 1 && security[0]?.session !== undefined,
        parameterValidator: (parameter) =>
          validatorAt("paths", path, method, "parameters", String(parameters.indexOf(parameter)), "schema"),
        bodyValidator: () => validatorAt("paths", path, method, "requestBody", "content", "application/json", "schema"),
        resolve: ({ $ref, ...schema }) =>
          $ref === undefined ? schema : (document.components.schemas[$ref.split("/").at(-1) ?? ""] ?? schema),
      };
    }),
  );
}

/** The format `date` of JSON Schema: a day of the calendar. */
function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
