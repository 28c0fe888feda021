import { z } from "zod";

const MAX_CHARACTERS = 254;
const address = z.email().max(MAX_CHARACTERS);

/**
 * Returns a mail address in lower case, as it is stored and compared; undefined if the text is none. It has no spaces,
 * quotes or control characters, so it is safe in a mail's header.
 *
 * @example emailAddress(" Ada@Example.com ") // "ada@example.com"
 */
export function emailAddress(text: string): string | undefined {
  const normal = text.trim().toLowerCase();
  return address.safeParse(normal).success ? normal : undefined;
}
