import { nearestName } from "./nearest";

/** The licences that data is usually published under, and the most common ones of software. */
const LICENCES = [
  ...["CC0-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-2.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0"],
  ...["CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-ND-3.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"],
  ...["CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0", "CC-PDDC", "PDDL-1.0", "ODC-By-1.0", "ODbL-1.0", "C-UDA-1.0", "O-UDA-1.0"],
  ...["CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "etalab-2.0"],
  ...[
    "NLOD-1.0",
    "NLOD-2.0",
    "OGL-Canada-2.0",
    "OGL-UK-1.0",
    "OGL-UK-2.0",
    "OGL-UK-3.0",
    "OGDL-Taiwan-1.0",
    "Unlicense",
  ],
  ...[
    "0BSD",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
  ],
  ...["EUPL-1.2", "GFDL-1.3-only", "GFDL-1.3-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only"],
  ...[
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
  ],
  ...["MPL-2.0", "Zlib"],
];

const REFERENCE = /^(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$/;

/** An unknown id of a licence expression, with the nearest known one; `id: null` if the expression has another fault. */
export interface LicenceFault {
  readonly id: string | null;
  readonly nearest: string | null;
}

/** Checks an SPDX licence expression: known ids or `LicenseRef-…`, with `AND`, `OR` and parentheses; null if it is one. */
export function licenceFault(expression: string): LicenceFault | null {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  const unknown = tokens.find((token) => !/^([()]|AND|OR)$/.test(token) && !isLicence(token));
  if (unknown !== undefined) return { id: unknown, nearest: nearestName(unknown, LICENCES) };
  // With ids as `x`, a valid expression reduces to one `x`.
  let form = tokens.map((token) => (/^[()]$/.test(token) ? token : /^(AND|OR)$/.test(token) ? "+" : "x")).join("");
  for (let shorter = ""; shorter !== form; ) {
    shorter = form;
    form = form.replace(/x\+x/g, "x").replace(/\(x\)/g, "x");
  }
  return form === "x" ? null : { id: null, nearest: null };
}

function isLicence(token: string): boolean {
  return LICENCES.includes(token.replace(/\+$/, "")) || REFERENCE.test(token);
}
