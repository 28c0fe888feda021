import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AccountPage } from "../../src/portal/account/account-page";
import { KeysPage, type KeysPageProps } from "../../src/portal/keys/keys-page";
import { readPortalFiles } from "../../src/portal/portal-files";
import type { MonthUsage, PortalKey, Visitor } from "../../src/portal/portal-services";
import { HealthPage } from "../../src/portal/public/health-page";
import { NotFoundPage } from "../../src/portal/public/not-found-page";
import type { Form } from "../../src/portal/request/form";
import { ErrorPage } from "../../src/portal/shell/error-page";
import { CodePage, LinkPage, LinkRefusedPage, SignInPage } from "../../src/portal/sign-in/sign-in-pages";
import { UsagePage } from "../../src/portal/usage/usage-page";
import {
  sampleInvitations,
  sampleKeys,
  sampleMembers,
  sampleNow,
  sampleRecentDays,
  sampleUsage,
  sampleVisitor,
} from "./support/sample-data";

const files = readPortalFiles();
const choice = { pageNumber: 1, pages: 3 };
const frame = { theme: null, files: files.names, now: sampleNow, path: "/portal/keys" };

/** All pages, with one text everywhere that a person, an operator or another server chooses. */
function pagesWith(text: string) {
  const visitor: Visitor = {
    ...sampleVisitor,
    person: { ...sampleVisitor.person, email: text },
    organisation: { id: text, name: text, tier: text },
    organisations: [{ id: "other", name: text }],
    invitations: [{ id: text, organisation: text, role: "admin" }],
  };
  const form: Form = { get: () => text, all: () => [text] };
  const faults = {
    general: text,
    ofField: new Map([
      ["name", text],
      ["email", text],
      ["code", text],
    ]),
  };
  const signIn = { signup: "open", provider: { name: text }, linkMinutes: 5, logsMails: true } as const;
  const keys: KeysPageProps = {
    frame: { ...frame, path: text },
    visitor,
    keys: sampleKeys.map((key) => ({ ...key, name: text, scopes: [text, text], networks: [text] })),
    recentDays: sampleRecentDays,
    show: "used",
    choice,
    allowed: { scopes: [text], resources: [text], requestsPerSecond: 5 },
    made: {
      id: "id",
      name: text,
      text,
      site: "https://store.example",
      example: { operation: "features", view: text, id: text },
      readsNothing: true,
      inNetworks: true,
      replaces: text,
    },
    refused: { form, faults },
    done: { kind: "ok", text },
    once: text,
  };
  return {
    keys: KeysPage(keys),
    usage: UsagePage({
      frame,
      visitor,
      endpoints: new Map(),
      measure: "rows",
      usage: {
        ...sampleUsage,
        byKey: sampleUsage.byKey.map((row) => ({ ...row, name: text })),
        byOperation: sampleUsage.byOperation.map((row) => ({ ...row, operation: text })),
      },
    }),
    account: AccountPage({
      frame,
      visitor,
      choice,
      members: sampleMembers.map((member) => ({ ...member, userId: `id-${text}`, email: text })),
      invitations: sampleInvitations.map((invitation) => ({ ...invitation, email: text })),
      done: text,
      refused: { dialog: "invite", form, faults },
    }),
    "sign-in": SignInPage({ frame, signIn, next: text, form, faults, notice: text }),
    code: CodePage({ frame, email: text, signIn, form, faults }),
    link: LinkPage({ frame, token: text, next: text }),
    "refused link": LinkRefusedPage({ frame, detail: text, next: text }),
    health: HealthPage({
      frame,
      hasPortal: true,
      report: {
        status: "degraded",
        registry_revision: 1,
        checks: { [`check ${text}`]: { ok: false, detail: text, code: text } },
      },
    }),
    "not found": NotFoundPage({ frame, hasPortal: true, requestId: text }),
    error: ErrorPage({ frame, visitor, title: text, detail: text, code: text, requestId: text, retry: "/portal/keys" }),
  };
}

/** Names of tags and attributes, without texts, values and the colours of code. */
function skeletonOf(html: string): string {
  return html
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/>[^<]*/g, ">")
    .replaceAll(/<\/?span[^>]*>/g, "");
}

const hostile = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onfocus='alert(1)' autofocus='`,
  `</title></textarea></style><svg onload=alert(1)>`,
  `javascript:alert(1)`,
  "\u202Egnp.exe\u202C עברית العربية",
  "👩🏽‍🚀".repeat(40),
  "a".repeat(5000),
  "line\r\nSet-Cookie: a=b",
  `\${7*7}{{7*7}}%3Cscript%3E`,
];

describe("pages", () => {
  const plain = Object.entries(pagesWith("text")).map(([name, page]) => [name, skeletonOf(String(page))] as const);

  test.each(hostile)("no text becomes markup: %s", (text) => {
    const pages = pagesWith(text) as Readonly<Record<string, unknown>>;
    for (const [name, skeleton] of plain) expect(skeletonOf(String(pages[name])), name).toBe(skeleton);
  });

  test("no text becomes markup, whatever its characters", () => {
    const runs = Math.ceil(Number(process.env.LAW_RUNS) / 4);
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), (text) => {
        const pages = pagesWith(text) as Readonly<Record<string, unknown>>;
        return plain.every(([name, skeleton]) => skeletonOf(String(pages[name])) === skeleton);
      }),
      { numRuns: runs, seed: Number(process.env.LAW_SEED) },
    );
  });

  test("nothing is inline, and nothing comes from another server", () => {
    for (const [name, page] of Object.entries(pagesWith("text"))) {
      const html = String(page);
      expect(html, name).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc="\/portal\/files\/)/);
      for (const [, url = ""] of html.matchAll(/(?:src|href|action)="([^"]*)"/g)) expect(url).toMatch(/^[/#](?!\/)/);
    }
  });

  test("the largest page stays below 150 kB with its style, script and fonts", () => {
    const wide = "W".repeat(199);
    const key: PortalKey = { ...sampleKeys[0], name: wide, scopes: Array(10).fill("features:read:x") } as PortalKey;
    const keys = Array.from({ length: 500 }, (_, index) => ({ ...key, id: `${index}`.padStart(16, "a") }));
    const members = Array.from({ length: 500 }, (_, index) => ({
      ...sampleMembers[0],
      userId: `user-${index}`.padEnd(32, "0"),
      email: `${index}@${wide}.example`,
    })) as never;
    const rows = Array.from({ length: 500 }, (_, index) => ({
      ...sampleUsage.byKey[0],
      keyId: `${index}`,
      name: wide,
    }));
    const made = {
      id: "a",
      name: wide,
      text: "fs_".padEnd(80, "x"),
      site: "https://store.example",
      example: { operation: "features", view: wide, id: "7" } as const,
      readsNothing: true,
      inNetworks: true,
      replaces: null,
    };
    const shown = { frame, visitor: sampleVisitor };
    const allowed = { scopes: ["features:read"], resources: ["*"], requestsPerSecond: 1 };
    const pages = [
      KeysPage({
        ...{ ...shown, keys, recentDays: new Map(), show: "used", choice, allowed, made, refused: null },
        ...{ done: null, once: "a" },
      }),
      UsagePage({
        ...shown,
        endpoints: new Map(),
        usage: { ...sampleUsage, byKey: rows as never },
        measure: "requests",
      }),
      AccountPage({ ...shown, choice, members, invitations: [], refused: null, done: null }),
    ];
    const ofReference = Object.values(files.names.reference);
    const loaded = [...files.byName.values()]
      .filter(({ name }) => !ofReference.includes(name))
      .reduce((total, { bytes }) => total + bytes.byteLength, 0);
    const sizes = pages.map((page) => Buffer.byteLength(String(page)) + loaded);
    expect(Math.max(...sizes), sizes.join()).toBeLessThan(150_000);
  });
});

describe("what the pages say", () => {
  const endpoints = new Map([["readFeatures", "GET /api/features/{id}"]]);
  const usageFrame = { frame, visitor: sampleVisitor, measure: "requests", endpoints } as const;
  const keysPage = (change: Partial<KeysPageProps>) =>
    String(
      KeysPage({
        frame,
        visitor: sampleVisitor,
        keys: sampleKeys,
        recentDays: sampleRecentDays,
        show: "used",
        choice,
        allowed: { scopes: ["features:read"], resources: ["*"], requestsPerSecond: 200 },
        made: null,
        refused: null,
        done: null,
        once: "a",
        ...change,
      }),
    );

  test("a person who may not change keys gets no buttons for it", () => {
    const visitor = { ...sampleVisitor, may: { ...sampleVisitor.may, changeKeys: false } };
    const html = keysPage({ visitor });
    expect(html).not.toContain("<dialog");
    expect(html).not.toContain("Revoke…");
  });

  const key = (change: Partial<PortalKey>) => ({ ...sampleKeys[0], ...change }) as PortalKey;

  test("a key that was replaced cannot be rotated again, and says when it ends, also if it is disabled", () => {
    const replaced = { replaced: true, expiresAt: new Date("2026-11-25T14:00:00Z"), networks: [], limits: {} };
    for (const state of ["active", "disabled"] as const) {
      const html = keysPage({ keys: [key({ ...replaced, state })] });
      expect(html).not.toContain("rotate-");
      expect(html).toContain("Revoke…");
      expect(html).toContain("Ends on 25 November 2026");
    }
  });

  test("a key's expiry, networks and own limits stand in its row", () => {
    const html = keysPage({
      keys: [
        key({
          expiresAt: null,
          networks: ["192.0.2.0/24", "10.0.0.0/8"],
          limits: { requests_per_second: 50, burst: 9 },
        }),
      ],
    });
    expect(html).toContain("Never expires");
    expect(html).toContain("From 192.0.2.0/24 and 1 more. At most 50 requests/s, 9 requests at once");
  });

  test("without a request that succeeds a new key has no lines, and the page says why", () => {
    const made = { id: "a", name: "a", text: "fs_a", site: "https://store.example", inNetworks: false, replaces: null };
    const html = keysPage({ made: { ...made, readsNothing: false, example: null } });
    expect(html).not.toContain("<pre");
    expect(html).toContain("no lines to try it with");
    expect(
      keysPage({ made: { ...made, readsNothing: false, example: { operation: "keys" }, inNetworks: true } }),
    ).toContain("key&#39;s networks");
  });

  test("a new key that can read nothing says so, and who changes that", () => {
    const made = { id: "a", name: "a", text: "fs_a", site: "https://store.example", inNetworks: false, replaces: null };
    const html = (readsNothing: boolean) =>
      keysPage({ made: { ...made, readsNothing, example: { operation: "feature-views" } } });
    expect(html(true)).toContain("can read no view and no dataset yet");
    expect(html(false)).not.toContain("can read no view");
  });

  test("buttons that need the script are hidden until it runs", () => {
    const made = { id: "a", name: "a", text: "fs_a", site: "https://store.example", inNetworks: false, replaces: null };
    const html = keysPage({ made: { ...made, readsNothing: false, example: { operation: "keys" } } });
    const buttons = html.match(/<button[^>]*data-copy[^>]*>/g) ?? [];
    expect(buttons).toHaveLength(2);
    for (const button of buttons) expect(button).toMatch(/ hidden(?:[ =>])/);
  });

  test("before an account is deleted, the page says whether its organisation and keys go with it", () => {
    const account = (members: number, organisations = sampleVisitor.organisations) => {
      const html = String(
        AccountPage({
          frame,
          visitor: { ...sampleVisitor, organisations },
          choice,
          members: sampleMembers.slice(0, members),
          invitations: [],
          refused: null,
          done: null,
        }),
      );
      return /<dialog[^>]*id="delete-account".*?<\/dialog>/s.exec(html)?.[0] ?? "";
    };
    expect(account(1)).toContain("Acme Radio has no other member: it is deleted, and its keys stop");
    expect(account(3)).toContain("Keys that you made go on reading data for Acme Radio.");
    expect(account(3)).toContain("other organisations");
    expect(account(3, sampleVisitor.organisations.slice(0, 1))).not.toContain("other organisations");
  });

  test("without keys the page says what to do", () => {
    expect(keysPage({ keys: [] })).toContain("No keys yet");
    expect(keysPage({ keys: [], show: "ended" })).toContain("No ended keys");
  });

  test("the dialogs of a key tell it from another one of the same name", () => {
    const ids = ["q7hmc2drk5xwbn3t", "b2xwd4nq7vkzt5mr"] as const;
    const html = keysPage({ keys: [key({ id: ids[0] }), key({ id: ids[1], state: "disabled", lastUsedAt: null })] });
    const textOf = (id: string) =>
      (new RegExp(`<dialog[^>]*id="${id}".*?</dialog>`, "s").exec(html)?.[0] ?? "").replaceAll(/<[^>]*>/g, " ");
    const [first, second] = ids.map((id) => textOf(`revoke-${id}`));
    for (const fact of ["ranking-service", `fs_${ids[0]}_…`, "Active", "12 s ago"]) expect(first).toContain(fact);
    for (const fact of ["ranking-service", `fs_${ids[1]}_…`, "Disabled", "Within the last"]) {
      expect(second).toContain(fact);
    }
    for (const id of ids) expect(textOf(`rotate-${id}`)).toContain(`fs_${id}_…`);
  });

  test.each([
    ["closed", "no new accounts"],
    ["invite", "need an invitation"],
    ["open", "makes your account"],
  ] as const)("says plainly who may sign up (%s)", (signup, words) => {
    const signIn = { signup, provider: null, linkMinutes: 5, logsMails: false };
    expect(String(SignInPage({ frame, signIn, next: "/portal" }))).toContain(words);
  });

  test("without enough days to project from, the usage page says when it expects something", () => {
    const [first] = sampleUsage.days;
    const of = (days: MonthUsage["days"]) => {
      const usage = { ...sampleUsage, used: { ...sampleUsage.used, requests: 81 }, days };
      const limits = { requests: 100, rows: null, bytes: null };
      return String(UsagePage({ ...usageFrame, usage: { ...usage, limits } }));
    };
    const early = of([{ ...first, day: 22 } as never]);
    for (const text of ["expected</text>", "At this pace"]) expect(early).not.toContain(text);
    expect(early).toContain("after three full days");
    expect(of(sampleUsage.days)).not.toContain("after three full days");
  });

  test("the usage page names operations by method and path, and unknown ones as they were counted", () => {
    const rows = ["readFeatures", "removedOperation"].map((operation) => ({
      ...(sampleUsage.byOperation[0] as MonthUsage["byOperation"][number]),
      operation,
    }));
    const html = String(UsagePage({ ...usageFrame, usage: { ...sampleUsage, byOperation: rows } }));
    expect(html).toContain("GET /api/features/{id}");
    expect(html).not.toContain("readFeatures");
    expect(html).toContain("removedOperation");
  });

  test("a limit turns amber at 80 %, names the day, and red when it is reached", () => {
    const page = (requests: number, excess: "refuse" | "serve" = "refuse") =>
      String(
        UsagePage({
          ...usageFrame,
          usage: { ...sampleUsage, limits: { requests, rows: null, bytes: null }, excess },
        }),
      );
    const used = sampleUsage.used.requests;
    expect(page(used * 2)).not.toContain("notice warn");
    expect(page(Math.floor(used / 0.82))).toContain("82 % of this month&#39;s requests are used");
    expect(page(Math.floor(used / 0.82))).toMatch(/reached on 2\d Nov/);
    expect(page(used)).toContain("Requests get 429 until 1 Dec");
    expect(page(used, "serve")).toContain("still served");
    expect(page(0)).toContain("used up");
  });
});
