import { randomUUID } from "node:crypto";

const ACCEPTED = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own request id where it is one that can be logged and echoed, else a new one. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && ACCEPTED.test(given) ? given : randomUUID();
}
