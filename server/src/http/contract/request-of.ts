import { type RouteConfig, z } from "@hono/zod-openapi";
import {
  type ErrorCode,
  type Fault,
  FeatstoreError,
  invalidBody,
  invalidParameter,
  parseQuery,
} from "../../core/index";
import type { ApiRequest } from "../exchange/exchange";
import { jsonValue } from "../exchange/json-value";
import { readJsonText } from "../exchange/read-json-text";
import { exactMembers, memberNames } from "./members";
import { checked, type Present } from "./schema-faults";

type PartOf<Contract, Name extends string> = Contract extends { request: { [Key in Name]: infer Schema } }
  ? OutputOf<Schema>
  : undefined;

type JsonBodyOf<Contract> = Contract extends {
  request: { body: { content: { "application/json": { schema: infer Schema } } } };
}
  ? OutputOf<Schema>
  : undefined;

type OutputOf<Schema> = Schema extends z.ZodType ? Present<z.output<Schema>> : undefined;

/** A request that its operation's contract allows. Each part is validated on access. */
export interface ValidRequest<Contract> {
  /** Decoded. */
  readonly params: PartOf<Contract, "params">;
  readonly query: PartOf<Contract, "query">;
  readonly headers: PartOf<Contract, "headers">;
  /**
   * Reads the JSON body. Errors: `invalid_body` with every fault, `invalid_json`, `body_required`, `body_too_large`,
   * `unsupported_media_type`, `unsupported_content_encoding`.
   */
  body(): Promise<JsonBodyOf<Contract>>;
}

/**
 * Creates the reader of an operation's requests: its contract is the only description of them. `unfit` is the code of a
 * path parameter that its schema refuses, which can name nothing. Errors of a read: `unfit`, `invalid_request` for a
 * header, `unknown_parameter`, `invalid_parameter` with every fault.
 *
 * @example
 * const read = requestOf(changeKeyContract);
 * const { params, body } = read(request);
 */
export function requestOf<Contract extends RouteConfig>(
  contract: Contract,
  unfit: ErrorCode = "path_not_found",
): (request: ApiRequest) => ValidRequest<Contract> {
  const { params, query, headers, body } = contract.request ?? {};
  const readParams = params === undefined ? nothing : paramsReader(params, contract.path, unfit);
  const readQuery = query === undefined ? nothing : queryReader(query);
  const readHeaders = headers === undefined || Array.isArray(headers) ? nothing : headersReader(headers);
  const { "application/json": json, ...files } = body?.content ?? {};
  const schema = json !== undefined && "schema" in json ? json.schema : undefined;
  const readBody = schema instanceof z.ZodType ? bodyReader(schema) : nothing;
  const others = Object.keys(files);
  // The types of the parts follow from the contract, as `PartOf` says.
  return (request) =>
    ({
      get params() {
        return readParams(request);
      },
      get headers() {
        return readHeaders(request);
      },
      get query() {
        return readQuery(request);
      },
      body: async () => readBody(await readJsonText(request, others)),
    }) as ValidRequest<Contract>;
}

const nothing = (): undefined => undefined;

function paramsReader(schema: z.ZodType, path: string, unfit: ErrorCode) {
  const names = path
    .split("/")
    .flatMap((part, index) => (part.startsWith("{") ? [[part.slice(1, -1), index] as const] : []));
  return (request: ApiRequest) => {
    const parts = request.path.split("/");
    const texts = names.map(([name, index]) => [name, decodedSegment(parts[index] ?? "")]);
    return checked(schema, Object.fromEntries(texts), (faults) => refusal(unfit, faults));
  };
}

function decodedSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new FeatstoreError("path_not_found", "The path has an invalid percent-encoding.");
  }
}

function headersReader(schema: z.ZodType) {
  const names = memberNames(schema).map((name) => [name, name.toLowerCase()] as const);
  return (request: ApiRequest) => {
    const texts = names.flatMap(([name, lower]) => {
      const text = request.header(lower);
      return text === undefined ? [] : [[name, text]];
    });
    return checked(schema, Object.fromEntries(texts), (faults) =>
      refusal(
        "invalid_request",
        faults.map(({ path, detail }) => ({ path: `header.${path.toLowerCase()}`, detail })),
      ),
    );
  };
}

function queryReader(schema: z.ZodType) {
  const names = memberNames(schema);
  return ({ query }: ApiRequest) => checked(schema, parseQuery(query, names), invalidParameter);
}

function bodyReader(schema: z.ZodType) {
  const exact = exactMembers(schema);
  return (text: string) => checked(schema, jsonValue(text, exact), invalidBody);
}

function refusal(code: ErrorCode, errors: readonly Fault[]): FeatstoreError {
  return new FeatstoreError(code, `${errors[0]?.path}: ${errors[0]?.detail}.`, { errors });
}
