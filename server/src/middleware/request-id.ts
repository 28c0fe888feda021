import { randomUUID } from "node:crypto";

const ACCEPTED = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own request id where it is one that can be logged and echoed, else a new one. */
export function requestIdOf(header: string | undefined): string {
  return header !== undefined && ACCEPTED.test(header) ? header : randomUUID();
}
