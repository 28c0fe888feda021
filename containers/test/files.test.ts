import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const textOf = (name: string) => readFileSync(join(import.meta.dirname, "../..", name), "utf8");
const images = [
  ...`${textOf("Dockerfile")}\n${textOf("docker-compose.yml")}`.matchAll(/\b(?:docker|gcr)\.io\/\S+/g),
].map(([image]) => image);

test("images of others have an exact version or a digest, except the one that has no versions", () => {
  expect(images).toHaveLength(5);
  const moving = images.filter((image) => !/:\d+\.\d+\.\d+(-[a-z0-9-]+)?$|@sha256:[0-9a-f]{64}$/.test(image));
  expect(moving).toEqual(["gcr.io/distroless/nodejs24-debian12:nonroot"]);
});

test("the servers of the compose file print the address at which the proxy is open", () => {
  const compose = textOf("docker-compose.yml");
  const [, open] = /ports: \["(127\.0\.0\.1:\$\{FEATSTORE_PORT:-8080\}):8080"\]/.exec(compose) ?? [];
  expect(/FEATSTORE_PUBLIC_URL: (\S+)/.exec(compose)?.[1]).toBe(`http://${open}`);
});

test("the images that the tests build have the same names", () => {
  const standIns = textOf("scripts/containers/stand-ins.sh");
  const version = /^node_version=(\S+)$/m.exec(standIns)?.[1] ?? "";
  const built = standIns.replaceAll("$node_version", version);
  expect(images.filter((image) => !built.includes(image))).toEqual([]);
});
