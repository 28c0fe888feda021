import { allSettings, type Setting } from "./settings";

const secrets = [...allSettings.flatMap(({ name, isSecret }) => (isSecret === true ? name : [])), "engines.<name>.url"]
  .map((name) => `\`${name}\``)
  .join(", ");

const INTRODUCTION = `# Settings

<!-- Written from server/src/core/settings.ts by its test: npx vitest run server/test/core/settings-document.test.ts -u -->

Every setting has a default; without any the server runs on its embedded database at \`http://127.0.0.1:8080\`.

A setting is an entry of \`featstore.config.yaml\` or an environment variable. The variable has precedence over the file, and the
file over the default. An empty variable counts as absent; an empty \`DATABASE_URL\` is an error. A variable holds the plain value: \`8080\`, \`true\`, \`auto\`.

\`\`\`yaml
# featstore.config.yaml
server:
  host: 0.0.0.0              # HOST
  workers: auto              # FEATSTORE_WORKERS
limits:
  requests_per_second: 20000 # FEATSTORE_REQUESTS_PER_SECOND
default_entity: speech       # FEATSTORE_DEFAULT_ENTITY
\`\`\`

- **Where the file is**: commands look for \`featstore.config.yaml\` in the folder in which they start. \`FEATSTORE_CONFIG\` names
  another file, which must exist. The file may be absent otherwise.
- **Relative paths** start at the folder of the file; without a file, at the folder in which the command starts.
- **Secrets** (${secrets}) are better kept in variables than in the file, which
  belongs in version control. They are never logged, printed or named in an error. A secret may also be in a file of its own,
  as Docker and Kubernetes mount them: \`DATABASE_URL_FILE=/run/secrets/database-url\`, and so on for each of these variables.
- **Errors**: unknown entries and values out of range stop the command with exit code 3. All of them are listed together, each with
  its line in the file or its variable. \`featstore doctor\` checks the configuration without starting anything.
- **Changes** take effect at the next start. Servers of one database may have different settings, except for \`key_secret\`,
  \`redis.prefix\` and \`redis.buckets\`. A limit holds for each process unless its row says otherwise.
- An error that a limit causes names its setting.
- \`FEATSTORE_DEBUG=1\` adds the stack of an internal fault to a command's output. It has no entry in the file.
`;

/** Renders `docs/generated/settings.md`: the configuration file, and every setting by group. */
export function settingsDocument(): string {
  const groups = [...new Set(["general", ...allSettings.map(groupOf)])];
  const contents = groups.map((group) => `[${group}](#${group})`).join(" · ");
  const sections = groups.map((group) => {
    const rows = allSettings.filter((setting) => groupOf(setting) === group).map(rowOf);
    return `## ${group}\n\n| setting, variable | values | default | meaning |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return [INTRODUCTION, `${contents}\n`, ...sections].join("\n");
}

/** Settings without a group are in `general`. */
function groupOf({ name }: Setting): string {
  const [group = "", own] = name.split(".");
  return own === undefined ? "general" : group;
}

function rowOf(setting: Setting): string {
  const { name, variable, description, tooLow } = setting;
  const names = variable === null ? `\`${name}\`<br>in the file only` : `\`${name}\`<br>\`${variable}\``;
  const meaning = tooLow === undefined ? description : `${description}<br>**Too low**: ${tooLow}`;
  return `| ${names} | ${valuesOf(setting)} | ${defaultOf(setting)} | ${meaning} |`;
}

function valuesOf({ type, values, min, max, unit }: Setting): string {
  const literals = values.map((value) => `\`${value}\``).join(", ");
  if (type === "string" || type === "object") return literals === "" ? type : literals;
  if (type === "boolean") return "`true`, `false`";
  const range =
    min === null || max === null ? "" : type === "number" ? `, above ${min}, to ${max}` : `, ${min} to ${max}`;
  return `${type}${range}${unit === undefined ? "" : ` ${unit}`}${literals === "" ? "" : `, or ${literals}`}`;
}

function defaultOf({ default: value, computedDefault, type }: Setting): string {
  if (computedDefault !== undefined) return computedDefault;
  if (type === "object") return "none";
  return `\`${String(value)}\``;
}
