// The lines that install our packages. Until the first release no registry has them: the pages then show lines that install what
// `npm run pack` writes in a clone named `featstore` beside the user's project. server/test/install-lines.test.ts checks the pages.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root } from "../toolchain.mjs";
import { run } from "./processes.mjs";

/** Set to true with the first release, and replace the lines on the pages: the test names each. */
const isReleased = false;

const packages = "../featstore/packages";
const installs = {
  released: /\bnpm (?:install|i|add)\b.* @featstore\/|\bpip3? install\b.*\bfeatstore-client/,
  packed: /\bnpm install \.\.\/featstore\/packages\/|\bpip install "\$\(ls \.\.\/featstore\/packages\//,
};

/** The lines after a release; they are checked before it, too. */
export const releasedLines = [
  "npm install @featstore/client",
  "npm install @featstore/server @featstore/definitions",
  "pip install featstore-client",
];

/** The same for the packages that `npm run pack` writes. */
const packedLines = [
  `npm install ${packages}/featstore-client-*.tgz`,
  `npm install ${packages}/featstore-server-*.tgz ${packages}/featstore-definitions-*.tgz`,
  `pip install "$(ls ${packages}/*.whl)"`,
];

const pages = [
  "README.md",
  ...markdownIn("docs"),
  ...["feature-definitions", "server", "sdk/typescript", "sdk/python"].map((folder) => `${folder}/README.md`),
];

function markdownIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((file) => file.endsWith(".md") && !/^(?:decisions|notebooks)\//.test(file))
    .map((file) => join(folder, file));
}

/** Finds the lines on the pages that install our packages, as `{ page, line }`. */
export function printedLines() {
  return pages.flatMap((page) =>
    readFileSync(join(root, page), "utf8")
      .split("\n")
      .filter((line) => installs.packed.test(line) || installs.released.test(line))
      .map((line) => ({ page, line: line.replace(/\s+#.*$/, "").trim() })),
  );
}

/** Lists the lines that do not work today, and those that users need and no page has. */
export function wrongLines() {
  const printed = printedLines();
  const other = isReleased ? installs.packed : installs.released;
  const needed = isReleased ? releasedLines : packedLines;
  return [
    ...printed.filter(({ line }) => other.test(line)).map(({ page, line }) => `${page} shows: ${line}`),
    ...needed.filter((each) => printed.every(({ line }) => line !== each)).map((line) => `no page shows: ${line}`),
  ];
}

/** Runs a line in an empty npm project, or with an empty virtual environment first on PATH. Only `env` names the registry. */
export async function installByLine(line, folder, env, packed) {
  const clone = join(dirname(folder), "featstore");
  mkdirSync(clone, { recursive: true });
  symlinkSync(packed, join(clone, "packages"));
  const isPython = line.startsWith("pip");
  if (isPython) execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  else await run("npm", ["init", "--yes"], { cwd: folder, env });
  const path = isPython ? `${join(folder, "venv/bin")}${delimiter}${env.PATH}` : env.PATH;
  await run(line, [], { cwd: folder, env: { ...env, PATH: path } });
  return folder;
}
