// `npm run notebooks`: executes the notebooks and the Python examples against a demo server, and writes docs/notebooks. With
// `test` nothing is written. Needs python3 and PyPI. The Python client is installed as the wheel that a registry would get.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasPython, pythonTools } from "./cached-tools.mjs";
import { packPython, pythonFolder } from "./pack.mjs";
import { withDemo } from "./start-demo.mjs";
import { root } from "./toolchain.mjs";
import { run } from "./verify-packages/processes.mjs";

const [cli, mode] = process.argv.slice(2);
const isTest = mode === "test";
const folder = join(root, "notebooks");
const example = join(root, "examples/train-model");
const notebooks = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
/** The notebook that needs `demo --lake`. */
const LAKE = "05-lake.ipynb";
const counts = { passed: 0, failed: 0, skipped: 0 };

for (const name of notebooks) await check(`${name} has no outputs in git`, () => requireStripped(name));
if (hasPython({ minor: 11 })) await executeAll();
else skipAll();
if (counts.failed > 0) process.exitCode = 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);

async function check(title, work) {
  const begun = Date.now();
  try {
    await work();
    counts.passed += 1;
    console.log(`passed: ${title} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (error) {
    counts.failed += 1;
    console.error(`FAILED: ${title}\n${error instanceof Error ? error.message : error}`);
  }
}

function skipAll() {
  console.log(
    "python3 (3.11 or newer, with venv) is not installed: the notebooks and the Python examples are not executed",
  );
  if (process.env.REQUIRE_SERVICES === "1") counts.failed += notebooks.length + 1;
  else counts.skipped += notebooks.length + 1;
}

function requireStripped(name) {
  const { cells } = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const full = cells.filter((cell) => cell.cell_type === "code" && (cell.outputs.length > 0 || cell.execution_count));
  if (full.length === 0) return;
  throw new Error(`${full.length} cells have outputs. Clear them: jupyter nbconvert --clear-output --inplace ${name}`);
}

async function executeAll() {
  const requirements = [folder, example].flatMap(requirementsIn);
  const python = pythonTools("notebooks", [...new Set(requirements), "nbclient==0.11.0", "nbconvert==7.17.2"]);
  await withDemo(cli, async (demo) => {
    const wheels = join(demo.folder, "wheels");
    mkdirSync(wheels);
    packPython(join(root, pythonFolder), wheels);
    const wheel = readdirSync(wheels).find((name) => name.endsWith(".whl"));
    // A folder of its own: the environment is shared by all versions of the client.
    const site = join(demo.folder, "site-packages");
    const install = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-index",
      "--no-deps",
      "--target",
      site,
      join(wheels, wheel),
    ];
    execFileSync(python, install, { stdio: "inherit" });
    const env = environment(
      {
        ...demo.env,
        PYTHONPATH: site,
        PYTHONDONTWRITEBYTECODE: "1",
        JUPYTER_RUNTIME_DIR: join(demo.folder, "jupyter"),
      },
      demo,
    );
    const options = { cwd: demo.folder, env };
    const pages = isTest ? [] : [join(root, "docs/notebooks")];
    const script = join(root, "scripts/notebooks/run_notebook.py");
    const execute = (name, given) => run(python, [script, join(folder, name), ...pages], given);
    const steps = [
      [
        `notebooks/${LAKE}`,
        () => withDemo(cli, (lake) => execute(LAKE, { ...options, env: environment(env, lake) }), ["--lake"]),
      ],
      ...notebooks.filter((name) => name !== LAKE).map((name) => [`notebooks/${name}`, () => execute(name, options)]),
      ["examples/train-model", () => trainModel(python, options)],
    ];
    const next = async () => {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) await check(...step);
    };
    await Promise.all([next(), next()]);
  });
}

/** The environment of a notebook: where its demo is. */
function environment(env, demo) {
  return {
    ...env,
    FEATSTORE_URL: demo.url,
    FEATSTORE_API_KEY: readFileSync(demo.key_file, "utf8").trim(),
    ...(demo.lake === undefined ? {} : { FEATSTORE_LAKE: demo.lake }),
  };
}

/** The pinned requirements of a folder, with the client's own dependency instead of the client. */
function requirementsIn(from) {
  const lines = readFileSync(join(from, "requirements.txt"), "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => (line.startsWith("featstore-client") ? "urllib3==2.8.0" : line));
}

async function trainModel(python, options) {
  const out = join(options.cwd, "model");
  const output = await run(python, [join(example, "train.py"), "--out", out], options);
  const model = JSON.parse(readFileSync(join(out, "model.json"), "utf8"));
  const { other_speeches: speeches, other_presidents: presidents } = model.auc;
  if (!(speeches > 0.8 && speeches < 0.99)) throw new Error(`the AUC of speeches should be near 0.9, got ${speeches}`);
  if (!(presidents > 0.4 && presidents < 0.75))
    throw new Error(`the AUC of presidents should be near 0.6, got ${presidents}`);
  if (!output.includes(`sha256 ${model.sha256}`)) throw new Error(`the digest of the set is not printed:\n${output}`);
  const key = options.env.FEATSTORE_API_KEY;
  if (readFileSync(join(out, "model.joblib")).includes(key)) throw new Error("the stored model contains the key");
}
