// `npm run verify:refusals`: checks that real clients can read the rejections of large bodies. Starts the demo in a
// temporary folder, sends every case with every installed client, and fails unless each rejection was read every time.
import { execFile, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withDemo } from "./start-demo.mjs";

const [cli, runsText = "20"] = process.argv.slice(2);
const runs = Number(runsText);
const MEGABYTE = 1_000_000;
const SIZES = [3, 8, 24];
const run = promisify(execFile);
const pythonClient = fileURLToPath(new URL("verify-refusals-client.py", import.meta.url));

process.exitCode = await withDemo(cli, async (demo) => ((await verify(demo)) ? 0 : 1));

async function verify({ url, key_file: keyFile, folder }) {
  const cases = casesOf(url, readFileSync(keyFile, "utf8").trim(), folder);
  let isClean = true;
  for (const [name, send] of await clients(folder)) {
    const results = await send(cases);
    for (const [index, { read, faults }] of results.entries()) {
      const { title } = cases[index];
      if (read === runs) continue;
      isClean = false;
      console.log(`${name}: ${title}: ${read} of ${runs} (${[...new Set(faults)].slice(0, 3).join("; ")})`);
    }
    const clean = results.filter(({ read }) => read === runs).length;
    console.log(`${name}: ${clean} of ${cases.length} cases with ${runs} of ${runs} refusals read`);
  }
  return isClean;
}

function casesOf(url, key, folder) {
  const keyed = { authorization: `Bearer ${key}` };
  const json = { ...keyed, "content-type": "application/json" };
  const csv = { ...keyed, "content-type": "text/csv" };
  const refusals = [
    [401, "key_required", "POST", "/api/features/batch", { "content-type": "application/json" }],
    [404, "path_not_found", "POST", "/api/nothing", json],
    [405, "method_not_allowed", "PUT", "/api/features/1", json],
    [413, "body_too_large", "POST", "/api/features/batch", json],
    [415, "unsupported_media_type", "POST", "/api/training-sets", { ...keyed, "content-type": "text/plain" }],
    [400, "spine_row_invalid", "POST", "/api/training-sets?features=speech_profile", csv],
  ];
  return SIZES.flatMap((size) => {
    const file = join(folder, `body-${size}`);
    writeFileSync(file, bodyOf(size * MEGABYTE));
    return refusals.flatMap(([status, code, method, path, headers]) =>
      ["close", "keep-alive"].map((connection) => ({
        title: `${status} ${code}, ${size} MB, ${connection}`,
        url: `${url}${path}`,
        headers: connection === "close" ? { ...headers, connection } : headers,
        ...{ status, code, method, connection, file },
      })),
    );
  });
}

/** Creates a spine whose 1,000th line is not CSV; only the last case depends on the content. */
function bodyOf(bytes) {
  const row = "1,2024-01-01T00:00:00Z\n";
  const before = `speech_id,as_of\n${row.repeat(998)}1,"2024"-01-01\n`;
  return before + row.repeat(Math.ceil((bytes - before.length) / row.length));
}

/** Finds the installed clients, by name; reports and skips the others. */
async function clients(folder) {
  const python = join(folder, "venv/bin/python");
  const installed = [["fetch", withFetch]];
  const hasCurl = await run("curl", ["--version"]).then(
    () => true,
    () => false,
  );
  if (hasCurl) installed.push(["curl", withCurl([])], ["curl without Expect", withCurl(["-H", "expect:"])]);
  else console.log("curl: not installed, skipped");
  const hasPython = await run("python3", ["-m", "venv", join(folder, "venv")]).then(
    () => true,
    () => false,
  );
  if (!hasPython) {
    console.log("Python: no python3 with venv, skipped");
    return installed;
  }
  installed.push(["urllib", withPython(python, "urllib")]);
  for (const library of ["requests", "httpx"]) {
    const isThere = await run(python, ["-m", "pip", "install", "--quiet", library]).then(
      () => true,
      () => false,
    );
    if (isThere) installed.push([library, withPython(python, library)]);
    else console.log(`${library}: cannot be installed from PyPI, skipped`);
  }
  return installed;
}

function withPython(interpreter, library) {
  return async (cases) => {
    const python = spawn(interpreter, [pythonClient, library, String(runs)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    python.stdin.end(JSON.stringify(cases));
    const results = [];
    for await (const line of createInterface({ input: python.stdout })) results.push(JSON.parse(line));
    if (results.length !== cases.length) throw new Error(`the client with ${library} ended early`);
    return results;
  };
}

function withFetch(cases) {
  return each(cases, async ({ url, method, headers, file }) => {
    const answer = await fetch(url, { method, headers, body: readFileSync(file) });
    return { status: answer.status, text: await answer.text() };
  });
}

function withCurl(options) {
  return (cases) =>
    each(cases, async ({ url, method, headers, file }) => {
      const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
      const args = ["-sS", "-X", method, "--data-binary", `@${file}`, ...lines, ...options];
      const { stdout } = await run("curl", [...args, "-w", "\n%{http_code}", url]);
      const mark = stdout.lastIndexOf("\n");
      return { status: Number(stdout.slice(mark + 1)), text: stdout.slice(0, mark) };
    });
}

async function each(cases, send) {
  const results = [];
  for (const testCase of cases) {
    const faults = [];
    for (let attempt = 0; attempt < runs; attempt++) {
      try {
        const { status, text } = await send(testCase);
        const { code } = JSON.parse(text);
        if (status !== testCase.status || code !== testCase.code) faults.push(`${status} ${code}`);
      } catch (error) {
        faults.push(String(error.cause ?? error));
      }
    }
    results.push({ read: runs - faults.length, faults });
  }
  return results;
}
