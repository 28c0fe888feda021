import { mapMaybe } from "../../core/index";
import { ApiExchange } from "../exchange/api-exchange";
import { type NodeIncoming, targetOf, WebSource } from "../exchange/request-source";
import type { Guarded, GuardedResponse } from "../guard/guard";

/** Answers a web-standard request with a guarded handler. `incoming`: Node's own request, if there is one. */
export function answerWeb(
  guarded: Guarded,
  raw: Request,
  incoming: NodeIncoming | undefined,
  maxBodyBytes: number,
): Response | Promise<Response> {
  const source = new WebSource(raw, incoming, maxBodyBytes);
  return mapMaybe(guarded(new ApiExchange(raw.method, targetOf(raw.url), source)), responseOf);
}

function responseOf({ status, headers, body, cookies }: GuardedResponse): Response {
  const response = new Response(body, { status, headers });
  for (const cookie of cookies ?? []) response.headers.append("set-cookie", cookie);
  return response;
}
