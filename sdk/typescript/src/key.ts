import type { EntityDocument } from "./definition";
import { InvalidCallError } from "./errors";

const HALF_CHARACTER = /\p{Surrogate}/u;

/** One part of an entity key. A `bigint` is sent as a decimal string. */
export type KeyPart = string | number | bigint;

/** A key of several parts by name: `{ station: "FRA", platform: 7 }`. */
export interface KeyParts {
  readonly [name: string]: KeyPart;
}

/** An entity's key: a single value, or an object of named parts. */
export type EntityId = KeyPart | KeyParts;

/**
 * Writes the key as one path segment: parts percent-encoded and joined by commas, in the entity's key order. An object of
 * several parts has no order, so it needs a definition of the entity.
 */
export function keyInPath(id: EntityId, entity: EntityDocument | undefined): string {
  const path = isParts(id) ? partsInPath(id, entity) : encodePart(id);
  // fetch resolves "." and ".." even when they are percent-encoded.
  if (path === "" || path === "." || path === "..") {
    throw new InvalidCallError(`The key "${path}" cannot be used in a path: use getBatch`);
  }
  return path;
}

function partsInPath(id: KeyParts, entity: EntityDocument | undefined): string {
  const names = Object.keys(id);
  if (entity === undefined && names.length > 1) {
    throw new InvalidCallError(
      `The order of the key parts ${names.join(", ")} is unknown: pass entity as a definition, or select features by a view's definition`,
    );
  }
  const order = entity === undefined ? names : entity.key.map((part) => part.name);
  const missing = order.filter((name) => id[name] === undefined);
  const unknown = names.filter((name) => !order.includes(name));
  if (order.length === 0 || missing.length > 0 || unknown.length > 0) {
    throw new InvalidCallError(
      `Expected the key parts ${order.join(", ") || "of the entity"}, got ${names.join(", ") || "none"}`,
    );
  }
  return order.map((name) => encodePart(id[name] as KeyPart)).join(","); // none is missing
}

/** Converts the key to its form in a batch body. */
export function keyInBody(id: EntityId): string | number | { readonly [name: string]: string | number } {
  if (!isParts(id)) return partInBody(id);
  return Object.fromEntries(Object.entries(id).map(([name, part]) => [name, partInBody(part)]));
}

/**
 * Converts the key to a form in a batch body that the server reads as it reads the path: parts are text, and a single part
 * needs no name.
 */
export function keyAsText(id: EntityId): string | { readonly [name: string]: string } {
  if (!isParts(id)) return String(partInBody(id));
  const parts = Object.entries(id).map(([name, part]) => [name, String(partInBody(part))] as const);
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only[1] : Object.fromEntries(parts);
}

/**
 * Checks the name of a key that was sent without it, because its entity's definition was unknown. Errors: `InvalidCallError`
 * if the answer, which begins with its key, has another.
 */
export function requireKeyName(id: EntityId, entity: EntityDocument | undefined, answer: object): void {
  if (!isParts(id) || entity !== undefined) return;
  const [name = ""] = Object.keys(id);
  if (!(name in answer))
    throw new InvalidCallError(`The key of this answer is "${Object.keys(answer)[0]}", not "${name}"`);
}

export function isParts(id: EntityId): id is KeyParts {
  return typeof id === "object" && id !== null;
}

function partInBody(part: KeyPart): string | number {
  if (part === null || part === undefined) throw new InvalidCallError("A key part must not be null");
  // JSON has no bigint, and a number beyond 2^53 has already lost digits, which the server could not detect.
  if (typeof part === "bigint") return part.toString();
  if (typeof part === "number" && Number.isInteger(part) && !Number.isSafeInteger(part)) {
    throw new InvalidCallError(`${part} is beyond 2^53 − 1 and may have lost digits: pass a bigint or a string`);
  }
  if (typeof part === "string" && HALF_CHARACTER.test(part))
    throw new InvalidCallError(`The key ${JSON.stringify(part)} has half of a character`);
  return part;
}

function encodePart(part: KeyPart): string {
  return encodeURIComponent(String(partInBody(part)));
}
