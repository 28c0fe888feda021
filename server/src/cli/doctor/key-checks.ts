import type { Config } from "../../core/index";
import { dueForRotation, type KeyService } from "../../keys/index";
import { secretName, secretText } from "../keys/secret-text";
import { type CheckResult, failed, ok, warning } from "./check-result";

const MAX_NAMED = 5;

/** Checks that every key's secret is configured and the one it was made with, and every old secret is used, and reports keys due for rotation. */
export async function checkKeys(
  keys: Pick<KeyService, "list" | "secretUses">,
  { keySecret, keys: { maxAgeDays } }: Pick<Config, "keySecret" | "keys">,
  now: bigint,
): Promise<readonly CheckResult[]> {
  const secrets = (await keys.secretUses())
    // The generated secret of the embedded database is no setting that could be removed.
    .filter(({ name, keys: count }) => name !== null || keySecret !== null || count > 0)
    .map((use) => {
      const { found, advice } = secretText(use);
      if (use.keysOfAnother > 0) return failed(secretName(use), found, advice ?? undefined);
      return advice === null ? ok(secretName(use), found) : warning(secretName(use), found, advice);
    });
  const due = dueForRotation(await keys.list(), maxAgeDays, now);
  if (due.length === 0) return secrets;
  const ids = due.slice(0, MAX_NAMED).map(({ id }) => id);
  const more = due.length > ids.length ? `, and ${due.length - ids.length} more` : "";
  return [
    ...secrets,
    warning(
      "key rotation",
      `older than ${maxAgeDays} days: ${ids.join(", ")}${more}`,
      "featstore keys rotate replaces a key; the old one works for another day",
    ),
  ];
}
