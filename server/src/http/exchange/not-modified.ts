import type { Reply } from "./exchange";

/**
 * Returns the reply, or a 304 without a body if the client already has it. `tags` is `If-None-Match`: a list of entity
 * tags or `*`. A reply without an entity tag is returned unchanged.
 */
export function unlessKnown(tags: string, reply: string | Reply): string | Reply {
  if (typeof reply === "string") return reply;
  const tag = reply.headers?.etag;
  return tag !== undefined && namesTag(tags, tag) ? { ...reply, status: 304, body: null } : reply;
}

const TAGS = /^[\t ,]*(?:(?:W\/)?"[!#-~\x80-\xff]*"[\t ]*(?:,[\t ,]*|$))+$/;

/**
 * Returns whether `If-None-Match` names a tag, by weak comparison: a proxy may have weakened the tag. A malformed list
 * names none.
 */
export function namesTag(tags: string, tag: string): boolean {
  if (tags === tag || tags.trim() === "*") return true;
  return TAGS.test(tags) && [...tags.matchAll(/"[^"]*"/g)].some(([known]) => known === tag);
}

/** Returns whether `If-Match` names a tag, by strong comparison. A malformed list names none. */
export function namesTagStrongly(tags: string, tag: string): boolean {
  if (tags === tag || tags.trim() === "*") return true;
  return TAGS.test(tags) && [...tags.matchAll(/(W\/)?("[^"]*")/g)].some(([, weak, known]) => !weak && known === tag);
}
