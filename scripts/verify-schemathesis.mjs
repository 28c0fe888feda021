// `npm run verify:schemathesis [-- seconds]`: sends valid and invalid requests by docs/openapi.json to the demo, for ten
// minutes, with every check of schemathesis. Needs Python 3; installs schemathesis into a temporary environment.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withDemo } from "./start-demo.mjs";

const VERSION = "4.32.5";
const [cli, seconds = "600"] = process.argv.slice(2);
const config = fileURLToPath(new URL("schemathesis.toml", import.meta.url));

process.exitCode = await withDemo(cli, ({ url, key_file: keyFile, folder, env }) => {
  const run = (file, args) => execFileSync(file, args, { stdio: "inherit", cwd: folder, env });
  run("python3", ["-m", "venv", "python"]);
  const bin = join(folder, "python/bin");
  run(join(bin, "pip"), ["install", "--quiet", `schemathesis==${VERSION}`]);
  // The drift of a view needs two generations.
  run(process.execPath, [cli, "materialize", "speech_sentiment"]);
  const key = readFileSync(keyFile, "utf8").trim();
  const { status } = spawnSync(
    join(bin, "schemathesis"),
    [
      ...["--config-file", config, "run", `${url}/openapi.json`],
      // Only training sets can be deleted. A deleted one stays readable, with the state `deleted`; its data is gone.
      ...["--checks", "all", "--exclude-checks", "use_after_free"],
      ...["--max-time", seconds, "--continue-on-failure", "--header", `Authorization: Bearer ${key}`],
      ...["--generation-database", "none"],
    ],
    { stdio: "inherit", cwd: folder },
  );
  return status ?? 1;
});
