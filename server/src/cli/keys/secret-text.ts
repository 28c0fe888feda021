import { settingLabel } from "../../core/index";
import type { SecretUse } from "../../keys/index";

/** Names a secret of keys: `secret s2027`, `key_secret`. */
export function secretName({ name }: Pick<SecretUse, "name">): string {
  return name === null ? "key_secret" : `secret ${name}`;
}

/** Says how many keys use a secret, and what to do if that is not as it should be; `advice` is null if nothing is to be done. */
export function secretText({ name, keys, isConfigured, isNewest }: SecretUse) {
  const count = keys === 0 ? "no key uses it" : `${keys} ${keys === 1 ? "key uses" : "keys use"} it`;
  if (isNewest) return { found: `${count}; new keys do`, advice: null };
  if (!isConfigured)
    return {
      found: `${count}, but it is not configured: they get key_unknown`,
      advice: `configure it again with ${settingLabel(name === null ? "key_secret" : "key_secrets")}, or revoke them`,
    };
  if (keys > 0) return { found: count, advice: null };
  return { found: count, advice: `remove it from ${settingLabel(name === null ? "key_secret" : "key_secrets")}` };
}
