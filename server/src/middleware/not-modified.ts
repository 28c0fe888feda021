import type { Reply } from "./exchange";

/**
 * The reply, or a 304 without its body where the client has it already: `tags` is `If-None-Match`, a list of entity tags
 * or `*`. A reply without an entity tag is always given.
 */
export function unlessKnown(tags: string, reply: string | Reply): string | Reply {
  if (typeof reply === "string") return reply;
  const tag = reply.headers?.etag;
  return tag !== undefined && namesTag(tags, tag) ? { ...reply, status: 304, body: null } : reply;
}

const TAGS = /^[\t ,]*(?:(?:W\/)?"[!#-~\x80-\xff]*"[\t ]*(?:,[\t ,]*|$))+$/;

/**
 * Whether `If-None-Match` names a tag, by weak comparison: that the tag was weakened on its way does not matter here. A
 * list that is broken anywhere names none.
 */
export function namesTag(tags: string, tag: string): boolean {
  if (tags === tag || tags.trim() === "*") return true;
  return TAGS.test(tags) && [...tags.matchAll(/"[^"]*"/g)].some(([known]) => known === tag);
}
