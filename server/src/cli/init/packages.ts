import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { CommandProblem } from "../../core/index";

/** The versions of our packages in the scaffolded package.json. */
export interface PackageSources {
  readonly definitionsPackage: string;
  readonly serverPackage: string;
  /** Null if there is no client package: the project then reads over HTTP only. */
  readonly clientPackage: string | null;
}

/** Finds the tarballs that `npm run pack` wrote into a folder, as `file:` references relative to the project's folder. */
export async function packagesFrom(folder: string, projectFolder: string): Promise<PackageSources> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined)
    throw new CommandProblem({
      code: "packages_not_found",
      what: `folder ${folder} does not exist`,
      where: "--packages",
      advice: "run npm run pack in Featstore's repository to create one",
    });
  const newest = async (prefix: string) => {
    const tarball = await newestIfAny(prefix);
    if (tarball !== null) return tarball;
    throw new CommandProblem({
      code: "packages_not_found",
      what: `${folder} contains no ${prefix}….tgz`,
      where: "--packages",
      advice: "run npm run pack in Featstore's repository",
    });
  };
  const newestIfAny = async (prefix: string) => {
    const tarballs = names.filter((name) => name.startsWith(prefix) && name.endsWith(".tgz"));
    const times = await Promise.all(
      tarballs.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
    );
    const [first] = times.sort((left, right) => right.at - left.at);
    return first === undefined
      ? null
      : `file:${relative(projectFolder, join(folder, first.name)).split("\\").join("/")}`;
  };
  return {
    definitionsPackage: await newest("featstore-definitions-"),
    serverPackage: await newest("featstore-server-"),
    clientPackage: await newestIfAny("featstore-client-"),
  };
}
