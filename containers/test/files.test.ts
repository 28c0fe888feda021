import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../server/src/core/config";
import { allSettings } from "../../server/src/core/settings";

const textOf = (name: string) => readFileSync(join(import.meta.dirname, "../..", name), "utf8");
const images = [
  ...`${textOf("Dockerfile")}\n${textOf("docker-compose.yml")}`.matchAll(/\b(?:docker|gcr)\.io\/\S+/g),
].map(([image]) => image);

test("images of others have an exact version or a digest, except the one that has no versions", () => {
  expect(images).toHaveLength(6);
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
  // No test runs the profile `spark`.
  const withoutSpark = images.filter((image) => !image.startsWith("docker.io/apache/spark:"));
  expect(withoutSpark.filter((image) => !built.includes(image))).toEqual([]);
});

test("the servers of the compose file get every setting of signing in and of secrets from the caller", () => {
  const compose = textOf("docker-compose.yml");
  const variables = allSettings
    .filter(({ name }) => /^(auth\.|key_secret|tiers\.default)/.test(name))
    .flatMap(({ variable }) => variable ?? []);
  expect(variables.length).toBeGreaterThan(10);
  for (const variable of variables) expect(compose).toContain(`    ${variable}: \${${variable}:-}\n`);
});

test("the configuration file that is mounted by default changes no setting", () => {
  const env = { FEATSTORE_AUTH: "", FEATSTORE_DEFAULT_TIER: "" };
  const folder = join(import.meta.dirname, "..");
  expect(loadConfig({ env, folder })).toEqual({
    ...loadConfig({ env, folder: tmpdir() }),
    ...{ file: join(folder, "featstore.config.yaml"), folder },
    ...{ dataDir: expect.anything(), database: expect.anything(), datasets: expect.anything() },
  });
});

test("PostgreSQL has time to stop, with the signal that ends sessions", () => {
  const [, postgres] = textOf("docker-compose.yml").split("\n  postgres:\n");
  expect(postgres).toContain("stop_signal: SIGINT");
  expect(Number(/stop_grace_period: (\d+)s/.exec(postgres ?? "")?.[1])).toBeGreaterThan(30);
});

test("the Spark cluster of the compose file has the versions and the settings of the cluster that the tests start", () => {
  const script = textOf("scripts/services/spark.sh");
  const jars = textOf("scripts/services/spark-jars.xml");
  const settings = textOf("containers/spark.conf");
  const version = /^pyspark_version=(\S+)$/m.exec(script)?.[1];
  expect(images).toContain(`docker.io/apache/spark:${version}`);
  const packages = /^spark\.jars\.packages (\S+)$/m.exec(settings)?.[1]?.split(",") ?? [];
  expect(packages.length).toBeGreaterThan(1);
  for (const [group, artifact, number] of packages.map((name) => name.split(":"))) {
    expect(jars).toContain(`<groupId>${group}</groupId>`);
    expect(jars).toContain(`<artifactId>${artifact}</artifactId>`);
    expect(jars).toContain(`<version>${number}</version>`);
  }
  const shared = /^spark\.(task\.reaper|sql\.(ansi|session|extensions)).*$/gm;
  expect(settings.match(shared)?.sort()).toEqual(script.match(shared)?.sort());
});
