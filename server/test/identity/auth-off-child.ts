import { register } from "node:module";

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

// The folder has a migrated database.
const folder = process.argv[2] ?? "";
const env = { FEATSTORE_DATA_DIR: folder, FEATSTORE_LOG_LEVEL: "silent" };
const [{ createDeps }, { loadConfig }] = await Promise.all([import("../../src/deps"), import("../../src/core/config")]);
await (await createDeps(loadConfig({ env, folder }))).close();
const off = await packages();
await Promise.all([import("../../src/identity/module"), import("../../src/mail/module")]);
process.stdout.write(JSON.stringify({ off, on: await packages() }));
port1.close();
