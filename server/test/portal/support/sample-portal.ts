import { createApp } from "../../../src/app";
import { createPortal, createPublicPages } from "../../../src/portal/module";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp } from "../../helpers/test-app";
import {
  emptyUsage,
  sampleInvitations,
  sampleKeys,
  sampleMembers,
  sampleNow,
  sampleRecentDays,
  sampleUsage,
} from "./sample-data";
import { createSampleServices, type SampleOptions } from "./sample-services";

export interface SamplePortalOptions extends Pick<SampleOptions, "signup" | "provider" | "logsMails"> {
  readonly site?: string;
  /** Set to begin with keys, usage and members. */
  readonly filled?: boolean;
  readonly now?: Date;
}

/** One row: speech 7. */
const tables = new Map([
  ["speech_sentiment_v1_g1", [{ scope: "", key: "7", eventTime: 1_767_225_600_000_000, values: ["0.75"] }]],
]);

/** Creates the application with the pages over sample services and one view, `speech_sentiment`. */
export async function createSamplePortal(options: SamplePortalOptions = {}) {
  const { site = "http://localhost", filled = false, now = sampleNow, ...rest } = options;
  const view = registered({ name: "speech_sentiment", features: { confidence: "float64" } });
  const { deps, keys, faults, records } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [view])),
    onlineStore: createFakeOnlineStore(tables, true),
    outsideParts: [
      { name: "redis", setting: "redis.url", check: async () => ({ code: "login_failed", cause: "WRONGPASS" }) },
    ],
  });
  const sample = createSampleServices({ ...rest, keys, now: () => now });
  if (filled) {
    Object.assign(sample.state, {
      keys: [...sampleKeys],
      recentDays: new Map(sampleRecentDays),
      usage: sampleUsage,
      members: [...sampleMembers],
      invitations: [...sampleInvitations],
    });
  } else {
    sample.state.usage = { ...emptyUsage };
  }
  const logger = { error: (fields: object) => void faults.push(fields) };
  const clock = () => now.getTime() * 1000;
  const pages = createPublicPages({ clock }, true);
  const { files } = pages;
  const portal = createPortal({ clock, logger: logger as never }, { site, files, services: sample.services });
  return { app: createApp({ ...deps, pages, portal }), portal, faults, records, ...sample };
}
