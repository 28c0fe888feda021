import type { EntityDocument } from "./definition";
import { InvalidCallError } from "./errors";

/** One part of an entity key. A `bigint` travels as a decimal string. */
export type KeyPart = string | number | bigint;

/** A key of several parts by name: `{ station: "FRA", platform: 7 }`. */
export interface KeyParts {
  readonly [name: string]: KeyPart;
}

/** An entity's key: its one value, or an object where it has several parts (or one, by name). */
export type EntityId = KeyPart | KeyParts;

/**
 * The key as one path part: parts percent-encoded and joined by commas, in the entity's key order. An object of
 * several parts has no order of its own, so the entity must be known from a definition then.
 */
export function keyInPath(id: EntityId, entity: EntityDocument | undefined): string {
  const path = typeof id === "object" ? partsInPath(id, entity) : encodePart(id);
  // fetch resolves "." and ".." as path steps even when they are percent-encoded.
  if (path === "." || path === "..") {
    throw new InvalidCallError(`The key "${path}" cannot stand in a path: read it by getBatch`);
  }
  return path;
}

function partsInPath(id: KeyParts, entity: EntityDocument | undefined): string {
  const names = Object.keys(id);
  if (entity === undefined && names.length > 1) {
    throw new InvalidCallError(
      `The order of the key parts ${names.join(", ")} is not known: give entity as its definition, or select features by a view's definition`,
    );
  }
  const order = entity === undefined ? names : entity.key.map((part) => part.name);
  const missing = order.filter((name) => id[name] === undefined);
  const unknown = names.filter((name) => !order.includes(name));
  if (order.length === 0 || missing.length > 0 || unknown.length > 0) {
    throw new InvalidCallError(
      `The key must have the parts ${order.join(", ") || "of its entity"}, and has ${names.join(", ") || "none"}`,
    );
  }
  return order.map((name) => encodePart(id[name] ?? "")).join(",");
}

/** The key as a batch body holds it. */
export function keyInBody(id: EntityId): string | number | { readonly [name: string]: string | number } {
  if (typeof id !== "object") return partInBody(id);
  return Object.fromEntries(Object.entries(id).map(([name, part]) => [name, partInBody(part)]));
}

function partInBody(part: KeyPart): string | number {
  // JSON has no bigint, and a number beyond 2^53 has already lost what the server would have to refuse.
  if (typeof part === "bigint") return part.toString();
  if (typeof part === "number" && Number.isInteger(part) && !Number.isSafeInteger(part)) {
    throw new InvalidCallError(
      `${part} is beyond 2^53 − 1 and may not be the key that was meant: pass a bigint or a string`,
    );
  }
  return part;
}

function encodePart(part: KeyPart): string {
  const text = String(partInBody(part));
  if (text === "") throw new InvalidCallError("A key part must not be empty");
  return encodeURIComponent(text);
}
