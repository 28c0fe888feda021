import { settingLabel } from "../../core/index";
import type { SecretUse } from "../../keys/index";

/** Names a secret of keys: `secret s2027`, `key_secret`. */
export function secretName({ name }: Pick<SecretUse, "name">): string {
  return name === null ? "key_secret" : `secret ${name}`;
}

/** Says how many keys use a secret, and what to do if that is not as it should be; `advice` is null if nothing is to be done. */
export function secretText({ name, keys, isConfigured, isNewest, keysOfAnother }: SecretUse) {
  const count = keys === 0 ? "no key uses it" : `${keys} ${keys === 1 ? "key uses" : "keys use"} it`;
  const label = settingLabel(name === null ? "key_secret" : "key_secrets");
  if (keysOfAnother > 0)
    return {
      found: `it is not the secret with which ${keysOfAnother} of ${keys} ${keys === 1 ? "key was" : "keys were"} made: they get key_unknown`,
      advice: `set ${label} to the secret they were made with, also on every server, or make those keys again`,
    };
  if (isNewest) return { found: `${count}; new keys do`, advice: null };
  if (!isConfigured)
    return {
      found: `${count}, but it is not configured: they get key_unknown`,
      advice: `configure it again with ${label}, or revoke them`,
    };
  if (keys > 0) return { found: count, advice: null };
  return { found: count, advice: `remove it from ${label}` };
}
