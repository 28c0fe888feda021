import { type ApiError, apiError, type FeatstoreError, type Problem, UnexpectedAnswerError } from "../errors";
import { hintSeconds } from "./hints";

/** Parses a successful answer and checks its outer shape. Errors: those of `refuse`. */
export function readBody<Body>(
  text: string,
  expect: (answer: Readonly<Record<string, unknown>>) => boolean,
  refuse: (text: string) => UnexpectedAnswerError,
): Body {
  const body = parseJson(text);
  if (!isObject(body) || !expect(body)) throw refuse(text);
  return body as Body;
}

const MAX_SHOWN = 60;

/** Makes the error of a successful answer that does not match the contract. `url`: without the query, which may have personal values. */
export function strange(
  { status, headers }: Pick<Response, "status" | "headers">,
  text: string,
  url: string,
): UnexpectedAnswerError {
  const type = headers.get("content-type")?.split(";")[0];
  const length = Number(headers.get("content-length"));
  const bytes = new TextEncoder().encode(text).length;
  const fault =
    bytes < length && !headers.has("content-encoding")
      ? `was cut off after ${bytes} of ${length} bytes`
      : `${/json/.test(type ?? "") && parseJson(text) === undefined ? "may be cut off, or" : "is"} not an answer of a Featstore server: check baseUrl`;
  const start = text
    .replace(/fs_[\w-]+/g, "fs_…")
    .replace(/\s+/g, " ")
    .trim();
  const shown = start.length > MAX_SHOWN ? `${start.slice(0, MAX_SHOWN)}…` : start || "empty";
  const content = /text|json|xml|no /.test(type ?? "no ") ? `: ${shown}` : "";
  return new UnexpectedAnswerError(`${status} from ${url} ${fault} (${type ?? "no content type"}${content})`);
}

const PATH_NOT_FOUND = "path_not_found";

/** Makes the error of an answer outside 200–299. */
export function refusalOf({ status, type, headers }: Response, text: string, url: string): FeatstoreError {
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) {
    const location = headers.get("location") ?? "";
    // Only the origin: the rest of a signed URL or of a sign-in page is a secret.
    const target = URL.canParse(location, url) ? ` to ${new URL(location, url).origin}` : "";
    return new UnexpectedAnswerError(
      `${status} from ${url} redirects${target}, and the client does not follow: check baseUrl`,
    );
  }
  const body = parseJson(text);
  const problem = isProblem(body) ? body : null;
  // A server of Featstore has each path of the client, unless baseUrl has a path too many.
  const isElsewhere = status === 404 && (problem?.code ?? PATH_NOT_FOUND) === PATH_NOT_FOUND;
  return apiError(
    {
      status,
      code: problem?.code ?? `http_${status}`,
      requestId: headers.get("x-request-id") ?? textOf(problem?.request_id),
      problem,
      detail: textOf(problem?.detail),
      errors: Array.isArray(problem?.errors) ? problem.errors.filter(isPosition) : [],
      retryAfter: hintSeconds(status, headers, Date.now()),
    },
    isElsewhere
      ? `nothing is at ${url}: check baseUrl`
      : problem?.code === "key_required"
        ? "pass apiKey or set FEATSTORE_API_KEY; the demo's is in .featstore/demo-key"
        : undefined,
  );
}

/**
 * Copies what matters of an error that `fetch` threw. Those of some libraries carry the request with its headers, and
 * would put the key into a log.
 */
export function causeOf(error: unknown, scrub: (text: string) => string, depth = 0): unknown {
  if (!(error instanceof Error)) return scrub(String(error));
  const code = "code" in error ? String(error.code) : "";
  const message = scrub(error.message || code);
  const cause = error.cause === undefined || depth > 3 ? {} : { cause: causeOf(error.cause, scrub, depth + 1) };
  const copy = new Error(message, cause);
  copy.name = error.name;
  return code === "" ? copy : Object.assign(copy, { code });
}

/** Describes an error. undici reports "fetch failed" and keeps the reason in `cause`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error.cause instanceof Error && error.cause.message !== "" ? error.cause : error;
  // OpenSSL's words for an answer in plain HTTP.
  return /wrong version number|packet length/.test(message) ? "it does not speak TLS: use http://" : message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isProblem(body: unknown): body is Problem {
  return isObject(body) && typeof body.code === "string" && body.code !== "";
}

function isPosition(value: unknown): value is ApiError["errors"][number] {
  return isObject(value) && typeof value.path === "string" && typeof value.detail === "string";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
