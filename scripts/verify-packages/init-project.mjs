// A scaffolded project whose packages come from a registry.
import { join } from "node:path";
import { run } from "./processes.mjs";

/** Scaffolds a project with the installed server, installs it, and runs its checks and tests. */
export async function checkInit(serverFolder, folder, env) {
  // A new user has no database yet: the project starts with the embedded one.
  const { DATABASE_URL: _, ...clean } = env;
  const project = join(folder, "features");
  await run("npx", ["featstore", "init", project], { cwd: serverFolder, env: clean });
  await run("npm", ["install"], { cwd: project, env: clean });
  await run("npm", ["run", "check"], { cwd: project, env: clean });
  await run("npm", ["test"], { cwd: project, env: clean });
}
