import { Code, type ConnectError } from "@connectrpc/connect";
import { connectionFault, outsideFaultText } from "../../../core/index";
import { ErrorInfoSchema } from "./generated/google/rpc/error_details_pb";
import type { FetchErrorDetailsResponse, FetchErrorDetailsResponse_Error } from "./generated/spark/connect/base_pb";
import type { RemoteFailure } from "./remote-failure";

/** Codes of failures that another attempt does not mend, even if they are not the server's own. */
const FINAL: ReadonlySet<Code> = new Set([Code.Unauthenticated, Code.PermissionDenied, Code.Unimplemented]);

/** The detail by which a server wants a call to be repeated. */
const RETRY = "google.rpc.RetryInfo";

/** Returns what an error itself says, and the id under which the server has more. */
export function readFailure(error: ConnectError): RemoteFailure & { readonly errorId: string | undefined } {
  const isServers = error.metadata.has("grpc-status") || error.details.length > 0;
  const info = error.findDetails(ErrorInfoSchema)[0];
  const errorClass = info?.metadata.errorClass ?? /^\[([A-Z][A-Z0-9_.]+)\]/.exec(error.rawMessage)?.[1];
  const fault = isServers || FINAL.has(error.code) ? undefined : connectionFault(error);
  return {
    isCut:
      error.code === Code.Unavailable ||
      fault?.code === "unreachable" ||
      errorClass === "INVALID_CURSOR.DISCONNECTED" ||
      error.details.some((detail) => "type" in detail && detail.type === RETRY),
    status: Code[error.code].replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
    message: error.rawMessage,
    reason: fault && outsideFaultText(fault),
    errorClass,
    sqlState: info?.metadata.sqlState,
    exception: info?.reason,
    errorId: info?.metadata.errorId,
  };
}

/** Adds what the server has about an error. */
export function withDetails(
  failure: RemoteFailure,
  { errors, rootErrorIdx = 0 }: FetchErrorDetailsResponse,
): RemoteFailure {
  const chain = causedBy(errors, rootErrorIdx);
  const known = chain.find(({ sparkThrowable }) => sparkThrowable !== undefined)?.sparkThrowable;
  const context = known?.queryContexts.find(({ fragment }) => fragment !== "");
  return {
    ...failure,
    message: chain[0]?.message ?? failure.message,
    errorClass: known?.errorClass ?? failure.errorClass,
    sqlState: known?.sqlState ?? failure.sqlState,
    parameters: known?.messageParameters ?? {},
    position: context && { start: context.startIndex, stop: context.stopIndex, fragment: context.fragment },
    exception: chain.at(-1)?.errorTypeHierarchy[0] ?? failure.exception,
  };
}

/** An error and its causes, from the last to the first. */
function causedBy(errors: readonly FetchErrorDetailsResponse_Error[], root: number): FetchErrorDetailsResponse_Error[] {
  const chain: FetchErrorDetailsResponse_Error[] = [];
  for (let at: number | undefined = root; at !== undefined; at = errors[at]?.causeIdx) {
    const error: FetchErrorDetailsResponse_Error | undefined = errors[at];
    if (error === undefined || chain.includes(error)) break;
    chain.push(error);
  }
  return chain;
}
