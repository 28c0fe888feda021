import {
  AbortedError,
  ApiError,
  AuthenticationError,
  ChecksumError,
  ConnectionError,
  ExportFailedError,
  FeatstoreError,
  FileChangedError,
  InvalidCallError,
  LocalFileError,
  RangeIgnoredError,
  SelectionError,
  TimeoutError,
} from "@featstore/client/datasets";
import { CommandProblem, type ProblemParts } from "../../core/index";

/**
 * Converts an error of the client to a problem of the command. Returns other errors as they are. `retry`: how the user
 * repeats the command after it was cut off.
 */
export function clientProblem(error: unknown, baseUrl: string, retry: string): unknown {
  if (!(error instanceof FeatstoreError)) return error;
  return new CommandProblem(partsOf(error, baseUrl, retry), { cause: error });
}

function partsOf(error: FeatstoreError, baseUrl: string, retry: string): ProblemParts {
  const what = error.message;
  if (error instanceof ApiError) return apiParts(error);
  if (error instanceof SelectionError || error instanceof ExportFailedError) return { code: error.code, what };
  if (error instanceof AbortedError)
    return { code: "interrupted", what: "interrupted", advice: retry, exit: "interrupted" };
  if (error instanceof LocalFileError)
    return error.code === "EEXIST"
      ? {
          code: "file_exists",
          what: "a file of this name exists and has other content; other snapshots use the same names",
          where: error.path ?? undefined,
          advice: "pass --overwrite, or another folder with --to",
        }
      : { code: "file_unwritable", what };
  if (error instanceof ChecksumError) return { code: "checksum_wrong", what };
  if (error instanceof FileChangedError) return { code: "file_changed", what };
  if (error instanceof RangeIgnoredError)
    return {
      code: "range_ignored",
      what: "the server, or a proxy before it, ignores ranges",
      advice: "connect to the server directly, or pass --parallel 1 without --resume",
    };
  if (error instanceof InvalidCallError)
    return {
      code: "option_invalid",
      what: what.replace(/^baseUrl\b/, "--url").replace(/^apiKey\b/, "the API key"),
      exit: "usage",
    };
  if (error instanceof ConnectionError)
    return { code: "server_unreachable", what, where: baseUrl, advice: `check --url; ${retry}` };
  if (error instanceof TimeoutError) return { code: "server_timeout", what, where: baseUrl, advice: retry };
  return { code: "unexpected_answer", what, advice: "check --url" };
}

function apiParts(error: ApiError): ProblemParts {
  const { code, problem, requestId } = error;
  return {
    code,
    what: problem?.detail ?? error.message,
    ...(requestId === null ? {} : { where: `request ${requestId}` }),
    ...(error instanceof AuthenticationError
      ? { advice: "set FEATSTORE_API_KEY, or pass --key-file; the demo's key is in .featstore/demo-key" }
      : {}),
    ...(problem === null && error.status < 500 ? { advice: "check --url" } : {}),
  };
}
