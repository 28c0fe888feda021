import type { CallOptions, Request, Transport } from "./transport";
import { type CallPromise, type ListPromise, startCall, startList } from "./transport/call-promise";

/** Sends a request of which the whole answer is the result. */
export function bodyOf<Document>(transport: Transport, request: Request): CallPromise<Document> {
  return startCall(async () => {
    const { body, response } = await transport<Document>(request);
    return { data: body, response };
  });
}

/** Gets a document whose member `list` is an array. */
export function getOf<Document>(
  transport: Transport,
  path: string,
  list: string,
  options: CallOptions = {},
): CallPromise<Document> {
  return bodyOf(transport, { ...options, method: "GET", path, expect: (answer) => Array.isArray(answer[list]) });
}

/** Gets the array `list` of a document. */
export function listOf<Item>(
  transport: Transport,
  path: string,
  list: string,
  options: CallOptions = {},
): ListPromise<Item> {
  return startList(async () => {
    const { data, response } = await getOf<Readonly<Record<string, readonly Item[]>>>(
      transport,
      path,
      list,
      options,
    ).withResponse();
    return { data: data[list] ?? [], response };
  });
}
