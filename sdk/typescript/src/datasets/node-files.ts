import { createSha256, type Sha256 } from "../sha256";
import { LocalFileError } from "./errors";

/** The functions of Node.js that the client uses, without an import that bundlers for browsers would have to resolve. */
interface NodeModules {
  readonly fs: typeof import("node:fs/promises");
  readonly path: typeof import("node:path");
  readonly crypto: typeof import("node:crypto");
}

/** An open file. */
export type FileHandle = Awaited<ReturnType<NodeModules["fs"]["open"]>>;

/** Returns Node's modules; undefined in browsers. */
function nodeModules(): NodeModules | undefined {
  const load = globalThis.process?.getBuiltinModule;
  if (typeof load !== "function") return undefined;
  return { fs: load("node:fs/promises"), path: load("node:path"), crypto: load("node:crypto") };
}

/** Returns the modules for files. Errors: `LocalFileError` outside Node.js. */
export function requireNode(): NodeModules {
  const modules = nodeModules();
  if (modules === undefined)
    throw new LocalFileError(
      "ENOSYS",
      null,
      "There are no files to write to here: use datasets.stream or datasets.read",
    );
  return modules;
}

/** Creates an incremental SHA-256, Node's own if there is one, which is several times faster. */
export function createHasher(): Sha256 {
  const hash = nodeModules()?.crypto.createHash("sha256");
  if (hash === undefined) return createSha256();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space and download again; what was received is kept",
  EDQUOT: "your disk quota is used up: free some space and download again; what was received is kept",
  EACCES: "this user may not write there: choose another path",
  EPERM: "this user may not write there: choose another path",
  EROFS: "the disk is read-only: choose another path",
  ENOTDIR: "a part of the path is a file: choose another path",
};

/** Runs an operation on files. Errors: `LocalFileError` with the system's code. */
export async function withFile<Result>(path: string, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    throw new LocalFileError(code, path, `"${path}": ${ADVICE[code] ?? `the operation failed with ${code}`}`, {
      cause,
    });
  }
}

/** Creates a folder and those above it. Node's option `recursive` never ends where a folder refuses all names, as /proc does. */
export async function makeFolder(folder: string): Promise<void> {
  const { fs, path: paths } = requireNode();
  const isMissing = await fs.mkdir(folder).then(
    () => false,
    (error: unknown) => {
      if (codeOf(error) === "EEXIST") return false;
      if (codeOf(error) === "ENOENT" && paths.dirname(folder) !== folder) return true;
      throw error;
    },
  );
  if (!isMissing) return;
  await makeFolder(paths.dirname(folder));
  await fs.mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

/** Returns the system's code of an error; undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && /^E[A-Z0-9]+$/.test(String(error.code))
    ? String(error.code)
    : undefined;
}
