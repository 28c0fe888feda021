import { FeatstoreError } from "../core/index";
import { type ApiRequest, holderOf, jsonText } from "../http/index";
import { type KeyCaller, keyCaller, personCaller } from "./key-caller";
import { keyDocument } from "./key-document";
import { IssuedKey as IssuedKeyDocument } from "./key-schema";
import type { IssuedKey, KeyService } from "./keys";

/** The dependencies of the routes of keys. */
export interface KeyRouteServices {
  readonly keys: KeyService;
  /** Of the rotation policy; null: there is none. */
  readonly maxAgeDays: number | null;
}

/** Returns who sends a request that manages keys. */
export function callerOf(request: ApiRequest): KeyCaller {
  const { person, address } = request;
  return person === null ? keyCaller(holderOf(request), address) : personCaller(person, address);
}

/** Returns an id that the path names. A whole key there is refused: it would be secret, and paths are logged by proxies. */
export function keyIdOf(id: string): string {
  if (/^[a-z2-7]{16}$/.test(id)) return id;
  throw new FeatstoreError("key_not_found", "The path needs the id of a key, which has 16 characters a-z and 2-7.");
}

/** A response with a key itself, which no cache may store. */
export function issuedReply(issued: IssuedKey, maxAgeDays: number | null) {
  const { key, ...record } = issued;
  return {
    status: 201,
    contentType: "application/json",
    body: jsonText(IssuedKeyDocument, { ...keyDocument(record, maxAgeDays), key }),
    headers: { "cache-control": "no-store", location: `/api/keys/${issued.id}` },
  };
}
