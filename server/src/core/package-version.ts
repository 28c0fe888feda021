import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Returns the version in our package.json. */
export function packageVersion(): string {
  return textAt(readManifest(), "version");
}

/** Returns our version, and those of the packages that determine a training set's bytes. */
export function writerVersions(): Readonly<Record<string, string>> {
  const manifest = readManifest();
  const dependencies = Reflect.get(manifest, "dependencies");
  const pinned = typeof dependencies === "object" && dependencies !== null ? dependencies : {};
  const names = ["apache-arrow", "parquet-wasm"];
  return {
    "@featstore/server": textAt(manifest, "version"),
    ...Object.fromEntries(names.map((name) => [name, textAt(pinned, name)])),
  };
}

function readManifest(): object {
  const here = dirname(fileURLToPath(import.meta.url));
  // Below `src/core` from source; below `dist` in a build.
  const path = join(here, here.endsWith("core") ? "../.." : "..", "package.json");
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof manifest === "object" && manifest !== null ? manifest : {};
}

function textAt(record: object, name: string): string {
  const value: unknown = Reflect.get(record, name);
  return typeof value === "string" ? value : "unknown";
}
