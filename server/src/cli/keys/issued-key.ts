import { instantText } from "@featstore/definitions/compiler";
import { type IssuedKey, keyDocument } from "../../keys/index";
import type { CommandResult } from "../kit/command";

/** Shows a new key, once. */
export function issuedKey(issued: IssuedKey, maxAgeDays: number | null): CommandResult {
  const { key, ...record } = issued;
  const parts = [
    `id ${record.id}`,
    `scopes ${record.scopes.join(", ")}`,
    ...(record.organisation === null ? [] : [`organisation ${record.organisation}`]),
    ...(record.tenant === null ? [] : [`tenant ${record.tenant}`]),
    ...(record.expiresAt === null ? [] : [`expires ${instantText(record.expiresAt)}`]),
    ...(record.networks.length === 0 ? [] : [`networks ${record.networks.join(", ")}`]),
  ];
  return {
    json: { ...keyDocument(record, maxAgeDays), key },
    text: [key, "", parts.join(", "), "Store the key now: it cannot be shown again."].join("\n"),
  };
}
