import { type ErrorCode, errorTable, httpErrorCodes, withVariables } from "../../core/index";

/** A group of codes in the documentation, with an introductory paragraph. */
interface ErrorGroup {
  readonly title: string;
  readonly note: string | null;
  readonly codes: readonly ErrorCode[];
}

/** The introduction to the documentation of errors, in paragraphs. Code is in backticks, as in the table's texts. */
export const errorsIntroduction: readonly string[] = [
  "Every refusal over HTTP is a problem document (RFC 9457), `application/problem+json`. Branch on its `code`, which never " +
    "changes its meaning. `detail` says what was wrong in this request, `errors` names each position, and `request_id` leads to " +
    "the entry in the server's log.",
  "Runs, plans and the rules for definitions have codes of their own, which the command line explains where it prints them.",
];

/** One group per HTTP status, in ascending order, then the codes without one; the codes of a group in alphabetical order. */
export const errorGroups: readonly ErrorGroup[] = [
  ...[...new Set(httpErrorCodes.map((code) => errorTable[code].status))].toSorted().map((status) => ({
    title: `Status ${status}`,
    note: null,
    codes: httpErrorCodes.filter((code) => errorTable[code].status === status).toSorted(),
  })),
  {
    title: "No status",
    note: "No HTTP response has these codes: the command line prints them, and a training set that failed has one in `failure.code`.",
    codes: (Object.keys(errorTable) as ErrorCode[]).filter((code) => errorTable[code].status === 0).toSorted(),
  },
];

/** Renders `docs/generated/errors.md`: every code with its cause and fix. */
export function errorsDocument(): string {
  const lines = [
    "# Errors",
    "",
    "<!-- Written from server/src/core/error-table.ts by its test: npx vitest run server/test/portal/errors-document.test.ts -u -->",
    "",
    ...errorsIntroduction.flatMap((paragraph) => [paragraph, ""]),
    "A server shows this page at `/docs/errors`, and the `type` of a problem document leads to the entry there.",
    "",
    ...errorGroups.flatMap(({ title, note, codes }) => [
      `## ${title}`,
      "",
      ...(note === null ? [] : [note, ""]),
      ...codes.flatMap(entryLines),
    ]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function entryLines(code: ErrorCode): readonly string[] {
  const { title, cause, fix } = errorTable[code];
  return [
    `### \`${code}\``,
    "",
    `${title}.`,
    "",
    `- Cause: ${withVariables(cause)}`,
    `- Fix: ${withVariables(fix)}`,
    "",
  ];
}
