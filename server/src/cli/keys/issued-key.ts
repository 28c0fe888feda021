import { instantText } from "@featstore/definitions/compiler";
import { type IssuedKey, type KeyRecord, keyDocument } from "../../keys/index";
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
    ...boundTexts(record),
  ];
  return {
    json: { ...keyDocument(record, maxAgeDays), key },
    text: [key, "", parts.join(", "), "Store the key now: it cannot be shown again."].join("\n"),
  };
}

/** Returns the networks and limits of a key for display; nothing if it has none of its own. */
export function boundTexts({ networks, limits }: Pick<KeyRecord, "networks" | "limits">): readonly string[] {
  const own = Object.entries(limits).map(([name, limit]) => `${name}=${limit}`);
  return [
    ...(networks.length === 0 ? [] : [`networks ${networks.join(", ")}`]),
    ...(own.length === 0 ? [] : [`limits ${own.join(", ")}`]),
  ];
}
