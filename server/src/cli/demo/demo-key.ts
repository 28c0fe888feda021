import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SCOPES } from "../../core/index";
import { type KeyService, parseApiKey } from "../../keys/index";

/** Returns the demo's API key: the one in the data folder's file `demo-key` if it is still valid, else a new one stored there. */
export async function demoKey(keys: KeyService, dataFolder: string): Promise<string> {
  const path = join(dataFolder, "demo-key");
  const storedKey = (await readFile(path, "utf8").catch(() => "")).trim();
  const id = parseApiKey(storedKey)?.id;
  const known = id === undefined ? undefined : (await keys.list()).find((key) => key.id === id);
  if (known !== undefined && known.revokedAt === null) return storedKey;
  const { key } = await keys.create({ name: "demo", scopes: SCOPES, tenant: null });
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  // The mode above applies to new files only.
  await chmod(path, 0o600);
  return key;
}
