import type { Counts, Invitation, Member, MonthUsage, PortalKey, Visitor } from "../../../src/portal/portal-services";

/** The moment at which the samples are shown. */
export const sampleNow = new Date("2026-11-22T16:04:00Z");

const ago = (milliseconds: number): Date => new Date(sampleNow.getTime() - milliseconds);
const ahead = (days: number): Date => new Date(sampleNow.getTime() + days * DAY);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const sampleVisitor: Visitor = {
  person: {
    userId: "user_ada",
    email: "ada@acme.example",
    organisation: "org_k7dmq2wz4tbnx5ra",
    role: "owner",
    operator: false,
  },
  organisation: { id: "org_k7dmq2wz4tbnx5ra", name: "Acme Radio", tier: "pro" },
  organisations: [
    { id: "org_k7dmq2wz4tbnx5ra", name: "Acme Radio" },
    { id: "org_b3vhs6yc2pfgj4ue", name: "Ada's experiments" },
  ],
  invitations: [],
  may: { changeKeys: true, changeMembers: true, deleteOrganisation: true },
};

const key = (id: string, name: string, rest: Partial<PortalKey>): PortalKey => ({
  id,
  name,
  scopes: ["features:read"],
  state: "active",
  createdAt: ago(40 * DAY),
  expiresAt: null,
  lastUsedAt: null,
  replaced: false,
  networks: [],
  limits: {},
  ...rest,
});

export const sampleKeys: readonly PortalKey[] = [
  key("q7hmc2drk5xwbn3t", "ranking-service", {
    scopes: ["features:read:speech_*", "embeddings:read"],
    lastUsedAt: ago(12_000),
    expiresAt: ahead(90),
    networks: ["192.0.2.0/24", "2001:db8::/32"],
    limits: { requests_per_second: 50 },
  }),
  key("b2xwd4nq7vkzt5mr", "nightly-export", { scopes: ["training:write", "datasets:read"], lastUsedAt: ago(3 * HOUR) }),
  key("m5tjr6yh2gcpv4ks", "notebook-ada", {
    scopes: ["features:read", "datasets:read"],
    lastUsedAt: ago(26 * HOUR),
    expiresAt: ahead(6.2),
  }),
  key("zk4awq3bn7dxj2ft", "batch-scoring", { lastUsedAt: ago(MINUTE), replaced: true, expiresAt: ahead(3) }),
  key("e3cdu5rm2hsyq6pw", "mobile-legacy", {
    scopes: ["features:read:speech_profile"],
    state: "disabled",
    lastUsedAt: ago(41 * DAY),
  }),
  key("h6xfk3tz7mwqa4nc", "old-dashboard", { state: "revoked", lastUsedAt: ago(70 * DAY) }),
  key("w2gns5vb4jyer7dk", "trial", { state: "expired", expiresAt: ago(5 * DAY) }),
];

export const sampleRecentDays: ReadonlyMap<string, readonly number[]> = new Map([
  ["q7hmc2drk5xwbn3t", [64, 66, 66, 50, 36, 37, 77, 78, 84, 85, 91, 99].map((share) => share * 1034)],
  ["b2xwd4nq7vkzt5mr", [4, 38, 4, 76, 4, 36, 4, 120, 38, 4, 76, 40]],
  ["m5tjr6yh2gcpv4ks", [1200, 60, 40, 2600, 4100, 900, 60, 80, 220, 1900, 3800, 4000]],
  ["zk4awq3bn7dxj2ft", [45, 46, 51, 52, 46, 51, 53, 60, 52, 58, 57, 55].map((share) => share * 910)],
]);

const perDay = [
  50_512, 64_201, 70_120, 77_488, 46_105, 43_417, 76_901, 81_302, 80_044, 88_210, 92_330, 53_200, 51_804, 93_800,
  98_111, 103_527, 106_300, 109_218, 64_120, 60_391, 92_102, 96_465,
];

const days = perDay.map((requests, index) => ({
  day: index + 1,
  requests,
  rows: requests * 29 + (index % 5) * 4000,
  bytes: index % 6 === 2 ? 2_030_000_000 : 0,
  errors: index % 4 === 0 ? 120 : 34,
}));

const sum = (name: keyof Counts): number => days.reduce((total, day) => total + day[name], 0);

export const sampleUsage: MonthUsage = {
  month: "2026-11",
  used: { requests: sum("requests"), rows: sum("rows"), bytes: sum("bytes"), errors: sum("errors") },
  limits: { requests: 2_300_000, rows: 60_000_000, bytes: 100_000_000_000 },
  excess: "refuse",
  rate: { perSecond: 200, burst: 400 },
  days,
  byKey: [
    {
      keyId: "q7hmc2drk5xwbn3t",
      name: "ranking-service",
      requests: 1_052_114,
      rows: 31_204_550,
      bytes: 0,
      errors: 611,
    },
    { keyId: "zk4awq3bn7dxj2ft", name: "batch-scoring", requests: 625_388, rows: 18_010_204, bytes: 0, errors: 190 },
    { keyId: "m5tjr6yh2gcpv4ks", name: "notebook-ada", requests: 21_960, rows: 402_118, bytes: 0, errors: 402 },
    { keyId: "b2xwd4nq7vkzt5mr", name: "nightly-export", requests: 412, rows: 96_000, bytes: 8_120_000_000, errors: 1 },
  ],
  byOperation: [
    {
      operation: "readFeatures",
      requests: 1_304_880,
      rows: 1_304_880,
      bytes: 0,
      errors: 804,
      p50Ms: 0.4,
      p99Ms: 2.1,
    },
    {
      operation: "readFeaturesBatch",
      requests: 390_602,
      rows: 47_940_010,
      bytes: 0,
      errors: 371,
      p50Ms: 3.2,
      p99Ms: 18,
    },
    {
      operation: "searchEmbeddings",
      requests: 3980,
      rows: 39_800,
      bytes: 0,
      errors: 27,
      p50Ms: 6.4,
      p99Ms: 41,
    },
    {
      operation: "downloadTrainingSet",
      requests: 412,
      rows: 428_182,
      bytes: 8_120_000_000,
      errors: 2,
      p50Ms: 210,
      p99Ms: 1904,
    },
  ],
};

export const emptyUsage: MonthUsage = {
  ...sampleUsage,
  used: { requests: 0, rows: 0, bytes: 0, errors: 0 },
  days: [],
  byKey: [],
  byOperation: [],
};

export const sampleMembers: readonly Member[] = [
  { userId: "user_ada", email: "ada@acme.example", role: "owner", joinedAt: ago(130 * DAY) },
  { userId: "user_ben", email: "ben@acme.example", role: "admin", joinedAt: ago(90 * DAY) },
  { userId: "user_chi", email: "chidi.okafor@acme.example", role: "member", joinedAt: ago(12 * DAY) },
];

export const sampleInvitations: readonly Invitation[] = [
  { id: "inv_c4xtm7rqw2hnv5kd", email: "dana@acme.example", role: "member", expiresAt: ahead(6.5) },
];
