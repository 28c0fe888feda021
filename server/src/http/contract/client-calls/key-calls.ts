import { type ClientCalls, call } from "./client-call";

/** Keys, usage and health. */
export const keyCalls: ClientCalls = {
  readUsage: call(
    `const { total, limits } = await client.usage.get();
console.log(total, limits);`,
    `report = client.usage.get()
print(report.total, report.limits)`,
  ),
  listKeys: call(
    `for (const { id, name } of await client.keys.list()) console.log(id, name);`,
    `for key in client.keys.list():
    print(key.id, key.name)`,
  ),
  createKey: call(
    `const { id, key } = await client.keys.create({ name: "ranking", scopes: ["features:read:speech_*"] });
console.log(id, key); // the key is in this answer only`,
    `created = client.keys.create("ranking", scopes=["features:read:speech_*"])
print(created.id, created.key)  # the key is in this answer only`,
  ),
  readKey: call(
    `const { name, scopes } = await client.keys.get("abcdefghijklmnop");
console.log(name, scopes);`,
    `key = client.keys.get("abcdefghijklmnop")
print(key.name, key.scopes)`,
  ),
  changeKey: call(
    `await client.keys.update("abcdefghijklmnop", { name: "ranking, old model", disabled: true });`,
    `client.keys.update("abcdefghijklmnop", name="ranking, old model", disabled=True)`,
  ),
  revokeKey: call(`await client.keys.revoke("abcdefghijklmnop");`, `client.keys.revoke("abcdefghijklmnop")`),
  rotateKey: call(
    `const { key } = await client.keys.rotate("abcdefghijklmnop", { graceSeconds: 3600 });
console.log(key); // the key is in this answer only`,
    `rotated = client.keys.rotate("abcdefghijklmnop", grace_seconds=3600)
print(rotated.key)  # the key is in this answer only`,
  ),
  health: call(
    `const { status, checks } = await client.health();
console.log(status, checks);`,
    `health = client.health()
print(health.status, health.checks)`,
  ),
};
