import {
  bodyMembers,
  createTimeReader,
  flagMember,
  invalidBody,
  type LimitChanges,
  parsed,
  stringMember,
} from "../core/index";
import type { KeyRequest, RotationRequest } from "./keys";

/** How long a rotated key still works if the request does not say it: one day. */
export const DEFAULT_GRACE_SECONDS = 86_400;

const readTime = createTimeReader(null);

/** Parses a request for a new key. Errors of all these functions: `invalid_json`, `invalid_body`. */
export function parseNewKey(body: string): KeyRequest {
  const members = bodyMembers(body, ["name", "scopes", "expires_at", "networks", "limits"], ["name", "scopes"]);
  return {
    name: stringMember(members.name, "name") ?? "",
    scopes: textsMember(members.scopes, "scopes") ?? [],
    networks: textsMember(members.networks, "networks") ?? [],
    expiresAt: instantMember(members.expires_at, "expires_at") ?? null,
    limits: limitsMember(members.limits) ?? {},
  };
}

export function parseKeyChange(body: string): { readonly name?: string; readonly disabled?: boolean } {
  const members = bodyMembers(body, ["name", "disabled"], []);
  const name = stringMember(members.name, "name");
  const disabled = flagMember(members.disabled, "disabled");
  if (name === undefined && disabled === undefined)
    throw invalidBody([{ path: "body", detail: "expected name, disabled or both" }]);
  return { ...(name === undefined ? {} : { name }), ...(disabled === undefined ? {} : { disabled }) };
}

export function parseRotation(body: string): RotationRequest {
  const members = bodyMembers(body, ["grace_seconds", "expires_at"], []);
  const grace = members.grace_seconds === undefined ? DEFAULT_GRACE_SECONDS : parsed(members.grace_seconds);
  const expiresAt = instantMember(members.expires_at, "expires_at");
  return {
    // The service checks the range, which nothing but a number is in.
    graceSeconds: typeof grace === "number" ? grace : Number.NaN,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function textsMember(text: string | undefined, path: string): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw invalidBody([{ path, detail: "it must be an array of strings" }]);
}

function instantMember(text: string | undefined, path: string): bigint | null | undefined {
  if (text === undefined) return undefined;
  if (parsed(text) === null) return null;
  const time = readTime(stringMember(text, path) ?? "");
  if ("detail" in time) throw invalidBody([{ path, detail: time.detail }]);
  return time.micros;
}

/** The service checks names and values. */
function limitsMember(text: string | undefined): LimitChanges | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw invalidBody([{ path: "limits", detail: "it must be an object" }]);
}
