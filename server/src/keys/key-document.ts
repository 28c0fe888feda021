import { instantText } from "@featstore/definitions/compiler";
import type { DocumentOf } from "../http/index";
import type { Key } from "./key-schema";
import { rotateBy } from "./rotation-policy";
import { type KeyRecord, stateOf } from "./stored-key";

/** The JSON document of a key. `maxAgeDays`: of the rotation policy; null: there is none. */
export function keyDocument(key: KeyRecord, maxAgeDays: number | null): DocumentOf<typeof Key> {
  return {
    id: key.id,
    name: key.name,
    state: stateOf(key),
    scopes: key.scopes,
    organisation: key.organisation,
    tenant: key.tenant,
    networks: key.networks,
    limits: key.limits,
    created_by: key.createdBy,
    created_at: instantText(key.createdAt),
    expires_at: textOf(key.expiresAt),
    disabled_at: textOf(key.disabledAt),
    revoked_at: textOf(key.revokedAt),
    last_used_at: textOf(key.lastUsedAt),
    replaced_by: key.replacedBy,
    rotate_by: textOf(rotateBy(key, maxAgeDays)),
  };
}

function textOf(instant: bigint | null): string | null {
  return instant === null ? null : instantText(instant);
}
