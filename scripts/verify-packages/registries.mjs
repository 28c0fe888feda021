// Registries on loopback with our packages in them; everything else comes from the registries that npm and pip use here.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmTools, pythonTools } from "../cached-tools.mjs";
import { freePort, run, serve } from "./processes.mjs";

/** Starts an npm registry with the tarballs. `env` makes npm use it; nothing else has to be configured. */
export async function startNpmRegistry(folder, tarballs) {
  const tools = npmTools("verdaccio", { dependencies: { verdaccio: "6.8.0" }, overrides: { "node-fetch": "^2.7.0" } });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const setting = (name) => execFileSync("npm", ["config", "get", name], { encoding: "utf8", cwd: folder }).trim();
  const home = join(folder, "npm-registry");
  mkdirSync(home);
  writeFileSync(
    join(home, "config.yaml"),
    JSON.stringify({
      storage: join(home, "storage"),
      uplinks: { upstream: { url: setting("registry"), timeout: "60s" } },
      packages: {
        "@featstore/*": { access: "$all", publish: "$anonymous" },
        "**": { access: "$all", proxy: "upstream" },
      },
      max_body_size: "200mb",
      log: { type: "stdout", format: "json", level: "error" },
    }),
  );
  const cafile = setting("cafile");
  const certificates = cafile === "null" ? {} : { NODE_EXTRA_CA_CERTS: cafile };
  const verdaccio = join(tools, "node_modules/verdaccio/bin/verdaccio");
  const server = await serve(
    process.execPath,
    [verdaccio, "--config", join(home, "config.yaml"), "--listen", `127.0.0.1:${port}`],
    { url: `${url}-/ping`, cwd: home, env: { ...certificates, ...process.env } },
  );
  const env = { npm_config_registry: url };
  // npm publishes only with a token, even where the registry needs none.
  const publishing = { ...process.env, ...env, [`npm_config_//127.0.0.1:${port}/:_authToken`]: "anonymous" };
  for (const tarball of tarballs) await run("npm", ["publish", tarball], { cwd: home, env: publishing });
  return { url, env, stop: server.stop };
}

/** Starts an index of Python packages with the wheel and the sdist, uploaded as a release uploads them. */
export async function startPythonIndex(folder, files) {
  const python = pythonTools("python-registry", ["pypiserver==2.4.2", "twine==7.0.0"]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const home = join(folder, "python-index");
  mkdirSync(home);
  const upstream = process.env.PIP_INDEX_URL;
  const server = await serve(
    python,
    [
      ...["-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", String(port), "-P", ".", "-a", "."],
      ...(upstream === undefined ? [] : ["--fallback-url", upstream]),
      home,
    ],
    { url, cwd: home },
  );
  await run(python, ["-m", "twine", "check", "--strict", ...files]);
  await run(python, ["-m", "twine", "upload", "--non-interactive", "-u", "any", "-p", "any", ...files], {
    env: { ...process.env, TWINE_REPOSITORY_URL: url },
  });
  return { url, env: { PIP_INDEX_URL: `${url}simple/` }, stop: server.stop };
}
