import type { RouteConfig } from "@hono/zod-openapi";
import { type ErrorCode, errorTable } from "../../core/index";
import { codes } from "./responses";

/** A response with a problem document, before it gets its name in the document. */
interface ProblemResponse {
  readonly description: string;
  readonly codes: readonly ErrorCode[];
}

/** The problem responses of an operation that can answer with these codes: one for each status. */
export function problems(...operationCodes: readonly ErrorCode[]): Readonly<Record<string, ProblemResponse>> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of inTableOrder(operationCodes)) {
    const { status } = errorTable[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, statusCodes]) => [
      status,
      { description: `One of: ${statusCodes.map((code) => `\`${code}\``).join(", ")}`, codes: statusCodes },
    ]),
  );
}

/** Collects the problem responses of operations, so that the document has each of them once. */
export function createProblemComponents() {
  const components = new Map<string, ReturnType<typeof componentOf>>();
  return {
    components,
    /** Replaces the problem responses of an operation by references. */
    refer(operation: RouteConfig): RouteConfig {
      const responses = Object.entries(operation.responses).map(([status, response]) => {
        if (!isProblem(response)) return [status, response];
        const name = nameOf(status, response, operation.operationId ?? operation.path);
        const component = componentOf(status, response);
        const known = components.get(name);
        if (known !== undefined && known.description !== component.description)
          throw new Error(
            `Two problem responses have the name ${name}: ${known.description}; ${component.description}`,
          );
        components.set(name, component);
        return [status, { $ref: `#/components/responses/${name}` }];
      });
      return { ...operation, responses: Object.fromEntries(responses) };
    },
  };
}

function isProblem(response: object): response is ProblemResponse {
  return "codes" in response;
}

/** A longer list of codes would make a name that nobody reads. */
const MAX_NAMED_CODES = 4;

/** Names a response by its status and the codes that not every operation with a key has; if there are many, by its first operation. */
function nameOf(status: string, response: ProblemResponse, operation: string): string {
  const common: readonly ErrorCode[] = codes.keyed;
  const own = response.codes.filter((code) => !common.includes(code));
  return [`Problem${status}`, ...(own.length > MAX_NAMED_CODES ? [operation] : own)].join(".");
}

function componentOf(status: string, response: ProblemResponse) {
  const code = { type: "string" as const, enum: [...response.codes] };
  const schema = {
    allOf: [{ $ref: "#/components/schemas/Problem" }, { type: "object" as const, properties: { code } }],
  };
  return {
    description: response.description,
    ...(status === "429" || status === "503" ? { headers: { "Retry-After": RETRY_AFTER } } : {}),
    content: { "application/problem+json": { schema } },
  };
}

const RETRY_AFTER = {
  schema: { type: "string" as const },
  required: false,
  description: "Seconds after which to try again, where that is known",
};

function inTableOrder(operationCodes: readonly ErrorCode[]): readonly ErrorCode[] {
  const named = new Set(operationCodes);
  return (Object.keys(errorTable) as ErrorCode[]).filter((code) => named.has(code));
}
