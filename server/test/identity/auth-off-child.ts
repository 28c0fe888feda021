import { mkdtempSync } from "node:fs";
import { register } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Notes the packages that this process loads: the hook runs in a thread of its own.
const { port1, port2 } = new MessageChannel();
const hook = `
  let port;
  export function initialize(data) { port = data.port; }
  export function resolve(specifier, context, next) { port.postMessage(specifier); return next(specifier, context); }
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`, { data: { port: port2 }, transferList: [port2] });
const loaded = new Set<string>();
port1.on("message", (specifier: string) => loaded.add(specifier.split("/")[0] ?? ""));
const packages = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  return ["better-auth", "kysely", "nodemailer"].filter((name) => loaded.has(name));
};

const [{ createDeps }, { loadConfig }] = await Promise.all([import("../../src/deps"), import("../../src/core/config")]);
const folder = mkdtempSync(join(tmpdir(), "featstore-auth-off-"));
const start = async (auth: string) => {
  const env = { FEATSTORE_DATA_DIR: folder, FEATSTORE_LOG_LEVEL: "silent", FEATSTORE_AUTH: auth };
  await (await createDeps(loadConfig({ env, folder }))).close();
  return packages();
};
const off = await start("false");
process.stdout.write(JSON.stringify({ folder, off, on: await start("true") }));
port1.close();
