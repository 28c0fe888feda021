import type { Reply } from "./exchange";

/**
 * The reply, or a 304 without its body where the client has it already: `tags` is `If-None-Match`, a list of entity tags
 * or `*`. A reply without an entity tag is always given.
 */
export function unlessKnown(tags: string, reply: string | Reply): string | Reply {
  if (typeof reply === "string") return reply;
  const tag = reply.headers?.etag;
  return tag !== undefined && names(tags, tag) ? { ...reply, status: 304, body: null } : reply;
}

/** By weak comparison: that the tag was weakened on its way does not matter here. */
function names(tags: string, tag: string): boolean {
  return tags.trim() === "*" || [...tags.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, known]) => known === tag);
}
