import type { components } from "./generated/openapi";
import { bodyOf } from "./read-document";
import type { CallOptions, Transport } from "./transport";
import type { CallPromise } from "./transport/call-promise";

/** A server's health. `checks` has each part by name, with a sentence about it. */
export type ServerHealth = components["schemas"]["Health"];

/**
 * Reads the health of the server's parts; needs no key. A server in trouble answers too, with the `status` `degraded` or
 * `unavailable`.
 *
 * @example
 * const { status, checks } = await client.health();
 * if (status !== "ok") console.error(checks);
 */
export type ReadHealth = (options?: CallOptions) => CallPromise<ServerHealth>;

export function createHealth(transport: Transport): ReadHealth {
  return (options = {}) =>
    bodyOf<ServerHealth>(transport, {
      ...options,
      method: "GET",
      path: "/health",
      expect: (answer) => typeof answer.checks === "object",
    });
}
