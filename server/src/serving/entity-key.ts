import { type Entity, type EntityKey as KeyPart, MAX_KEY_BYTES, parseUuid } from "@featstore/definitions/compiler";
import { eachMember, FeatstoreError, JsonTextError } from "../core/index";
import { type EntityKey, KEY_SEPARATOR } from "./online-store/online-store";

const CANONICAL = /^(?:0|-?[1-9][0-9]*)$/;
const NUMERIC = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const SURROGATE = /\p{Surrogate}/u;
const INTEGER_RANGE = {
  int32: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
} as const;

/** A key as it was sent: its text for the stores, and its echo in the response, `"speech_id":7`. */
export interface PathKey {
  readonly key: EntityKey;
  readonly echo: string;
}

/**
 * Parses the id in a path: the parts in key order, each percent-encoded, separated by commas. `scope` is the tenant
 * scope of the read; scope and key together are limited in length.
 * Errors: `id_empty`, `id_too_long`, `id_not_exact`, `id_invalid`.
 */
export function parsePathKey(entity: Entity, raw: string, scope: string): PathKey {
  const [part] = entity.key;
  if (entity.key.length === 1 && part !== undefined) {
    if (raw === "") throw refusal("id_empty", "id", "it is empty; read the empty string in a batch");
    const value = checkPart(part, decode(raw), "id");
    checkLength([value], scope, "id");
    return { key: value, echo: `"${part.name}":${echoOf(part, value)}` };
  }
  const texts = raw.split(",");
  if (texts.length !== entity.key.length) {
    const names = entity.key.map((key) => key.name).join(",");
    throw new FeatstoreError(
      raw === "" ? "id_empty" : "id_invalid",
      `The id of entity "${entity.name}" has ${entity.key.length} parts separated by commas, ${names}; got ${texts.length}.`,
      { errors: [{ path: "id", detail: `expected ${names}` }] },
    );
  }
  const values = entity.key.map((key, index) => checkPart(key, decode(texts[index] ?? ""), `id.${key.name}`));
  checkLength(values, scope, "id");
  return {
    key: values.join(KEY_SEPARATOR),
    echo: entity.key.map((key, index) => `"${key.name}":${echoOf(key, values[index] ?? "")}`).join(","),
  };
}

/**
 * Parses one id of a batch from its JSON text, because a parsed number no longer distinguishes 7 from 7.0.
 * Errors: those of `parsePathKey`, with the path `ids[3]`, and `invalid_json`.
 */
export function parseBatchKey(entity: Entity, json: string, position: number, scope: string): EntityKey {
  const [part] = entity.key;
  const path = `ids[${position}]`;
  const values =
    entity.key.length === 1 && part !== undefined && !json.startsWith("{")
      ? [parseJsonPart(part, json, path)]
      : parseJsonKey(entity, json, path);
  checkLength(values, scope, path);
  return values.join(KEY_SEPARATOR);
}

/**
 * Parses a key from the JSON texts of its parts in key order, as a spine row has them. The path names the part: `line
 * 3, speech_id`. Errors: those of `parsePathKey`.
 */
export function parseKeyCells(
  entity: Entity,
  cells: readonly string[],
  path: string,
  scope: string,
): readonly string[] {
  const values = entity.key.map((key, index) => parseJsonPart(key, cells[index] ?? "", `${path}, ${key.name}`));
  checkLength(values, scope, path);
  return values;
}

function parseJsonKey(entity: Entity, element: string, path: string): readonly string[] {
  const names = entity.key.map((key) => key.name).join(", ");
  if (!element.startsWith("{")) {
    throw refusal("id_invalid", path, `the id of entity "${entity.name}" is an object with ${names}`);
  }
  const members = new Map<string, string>();
  try {
    eachMember(element, (name, value) => {
      if (members.has(name)) throw refusal("id_invalid", `${path}.${name}`, "it occurs twice");
      members.set(name, value.text);
    });
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof SyntaxError)
      throw refusal("id_invalid", path, "it is not JSON");
    throw error;
  }
  const values = entity.key.map((key) => {
    const value = members.get(key.name);
    if (value === undefined) throw refusal("id_invalid", `${path}.${key.name}`, `it is missing; the keys are ${names}`);
    members.delete(key.name);
    return parseJsonPart(key, value, `${path}.${key.name}`);
  });
  const [unknown] = members.keys();
  if (unknown !== undefined) {
    throw refusal(
      "id_invalid",
      path,
      `"${unknown.slice(0, 60)}" is not a key of entity "${entity.name}"; the keys are ${names}`,
    );
  }
  return values;
}

function parseJsonPart(part: KeyPart, json: string, path: string): string {
  const first = json.charCodeAt(0);
  if (first === 34) return checkPart(part, parseString(json, path), path);
  const numeric = (first >= 48 && first <= 57) || first === 45 || first === 43 || first === 46;
  const isText = part.type === "string" || part.type === "uuid";
  if (numeric && !isText) {
    if (json.length > 15 && CANONICAL.test(json) && !Number.isSafeInteger(Number(json))) {
      throw refusal("id_not_exact", path, "a number beyond 2^53 - 1 is not exact in JSON: send it as a string");
    }
    return checkPart(part, json, path);
  }
  throw refusal(
    "id_invalid",
    path,
    isText
      ? `expected a ${part.type === "uuid" ? "uuid as a string" : "string"}`
      : "expected an integer, or an integer as a string",
  );
}

function parseString(json: string, path: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    throw refusal("invalid_json", path, "the string is not valid JSON");
  }
}

function checkPart(part: KeyPart, value: string, path: string): string {
  if (value === "" && part.type !== "string") throw refusal("id_empty", path, "it is empty");
  // Checked before any further parsing.
  checkLength([value], "", path);
  if (part.type === "string") {
    if (value.includes(KEY_SEPARATOR) || SURROGATE.test(value))
      throw refusal("id_invalid", path, "it contains a character that cannot be stored as text");
    return value;
  }
  if (part.type === "uuid") {
    const uuid = parseUuid(value);
    if (uuid === null)
      throw refusal(
        "id_invalid",
        path,
        `expected a uuid of 36 characters for "${part.name}", got "${value.slice(0, 60)}"`,
      );
    return uuid;
  }
  if (!CANONICAL.test(value)) {
    throw NUMERIC.test(value)
      ? refusal("id_not_exact", path, `expected an integer in plain digits, got "${value.slice(0, 60)}"`)
      : refusal("id_invalid", path, `expected an integer for "${part.name}", got "${value.slice(0, 60)}"`);
  }
  if (value.length > 9) {
    const { min, max } = INTEGER_RANGE[part.type];
    const number = BigInt(value);
    if (number < min || number > max) throw refusal("id_invalid", path, `it is outside the range of ${part.type}`);
  }
  return value;
}

/** Rejects keys that are too long: rows with such keys are never materialized. */
function checkLength(values: readonly string[], scope: string, path: string): void {
  let characters = scope.length;
  for (const value of values) characters += value.length;
  // A UTF-16 code unit has at most three bytes in UTF-8.
  if (characters * 3 <= MAX_KEY_BYTES) return;
  const own = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  const max = MAX_KEY_BYTES - Buffer.byteLength(scope);
  if (own > max) throw refusal("id_too_long", path, `it has ${own} bytes in UTF-8; at most ${max} are allowed`);
}

function refusal(
  code: "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "invalid_json",
  path: string,
  detail: string,
): FeatstoreError {
  return new FeatstoreError(code, `${path}: ${detail}.`, { errors: [{ path, detail }] });
}

/** Returns the canonical echo of a path id: an integer as a number if JSON keeps it exact, a uuid in lower case. */
function echoOf(part: KeyPart, value: string): string {
  if (part.type === "string" || part.type === "uuid") return JSON.stringify(value);
  return value.length <= 15 || Number.isSafeInteger(Number(value)) ? value : `"${value}"`;
}

function decode(raw: string): string {
  if (raw.includes("/")) {
    throw new FeatstoreError("path_not_found", "An id must not contain a slash; write it as %2F.");
  }
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw refusal("id_invalid", "id", "invalid percent-encoding");
  }
}
