import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "..");
const files = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

test("the client imports only its own files", () => {
  const strangers = files.flatMap((file) =>
    [
      ...readFileSync(join(folder, "src", file), "utf8").matchAll(
        /^(?:import|(?:import|export)\b[^;"]*\bfrom)\s+"([^"]+)"|\bimport\("([^"]+)"/gm,
      ),
    ]
      .map(([, imported, loaded]) => imported ?? loaded ?? "")
      .filter((imported) => !imported.startsWith("./"))
      .map((imported) => `${file}: ${imported}`),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(strangers).toEqual([]);
});

test("the package has no dependencies", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.peerDependencies).toBeUndefined();
});

test("the client uses no Node.js globals, since it runs in browsers", () => {
  const users = files.filter((file) =>
    /\b(?:process|Buffer|require|__dirname)\b[.(]/.test(readFileSync(join(folder, "src", file), "utf8")),
  );
  expect(users).toEqual([]);
});
