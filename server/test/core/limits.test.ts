import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorTable } from "../../src/core/error-table";
import { FeatstoreError } from "../../src/core/errors";
import { invalidParameter } from "../../src/core/request-parameters";
import { allSettings, type SettingName, settingLabel } from "../../src/core/settings";
import { DatabaseError } from "../../src/database/database-error";
import { readBody } from "../../src/http/exchange/request-source";
import { createFailedAttempts } from "../../src/http/guard/failed-attempts";
import { createAttemptLimits } from "../../src/platform/attempt-limits";
import { createAdmission } from "../../src/serving/admission";
import { eachId } from "../../src/serving/batch-request";
import { OnlineStoreError } from "../../src/serving/online-store/online-store";
import { deadlineOf } from "../../src/serving/own-parameters";
import { refusalOf } from "../../src/serving/read/read-rows";
import { failureOf } from "../../src/training-sets/jobs/training-failure";
import { receiveSpine } from "../../src/training-sets/spine/receive-spine";

// Other limits have tests next to the code that they limit: rates, bursts, rows of spines, joins, waiting training sets.

async function* bytes(length: number) {
  yield new Uint8Array(length);
}

const body = (text: string) => new Request("http://localhost", { method: "POST", body: text });

/** A read that arrives while another holds the only slot for longer than its deadline. */
async function late(lane: "single" | "batch"): Promise<unknown> {
  let now = 0;
  const admission = createAdmission({ slots: 1, bulkSlots: 1, waiting: 9, monotonic: () => now });
  await admission.run({ lane, cost: 1, deadlineMs: 1000 }, async () => {
    now = 900;
  });
  void admission.run({ lane, cost: 1, deadlineMs: 1000 }, () => new Promise(() => {}));
  return admission.run({ lane, cost: 1, deadlineMs: 1000 }, async () => 1);
}

async function fourthUnknownKey(): Promise<unknown> {
  const attempts = createFailedAttempts(3, createAttemptLimits({ store: null, onFault: () => undefined }));
  for (let attempt = 0; attempt < 3; attempt++) attempts.count("192.0.2.1");
  attempts.check("192.0.2.1");
  return undefined;
}

const limits: readonly (readonly [SettingName, string, () => unknown])[] = [
  ["limits.batch_ids", "too_many_ids", () => eachId("[1,2]", { max: 1, setting: "limits.batch_ids" }, () => {})],
  ["limits.body_bytes", "body_too_large", () => readBody(body("{}"), "2000", 1000)],
  ["limits.body_bytes", "body_too_large", () => readBody(body("x".repeat(2000)), undefined, 1000)],
  ["limits.failed_attempts", "too_many_failed_attempts", fourthUnknownKey],
  ["limits.read_slots", "overloaded", () => late("single")],
  ["limits.bulk_slots", "overloaded", () => late("batch")],
  ["deadlines.read_ms", "invalid_parameter", () => deadlineOf("9", 5, "deadlines.read_ms", invalidParameter)],
  ["deadlines.as_of_ms", "invalid_parameter", () => deadlineOf("9", 5, "deadlines.as_of_ms", invalidParameter)],
  ["deadlines.read_ms", "store_timeout", () => Promise.reject(refusalOf(new OnlineStoreError("timeout", "late")))],
  ["deadlines.as_of_ms", "store_timeout", () => Promise.reject(refusalOf(new OnlineStoreError("timeout", "late")))],
  ["training_sets.spine_mb", "body_too_large", () => receiveSpine(bytes(2), 1).next()],
];

test.for(limits)("the error of %s, %s, names the setting and its variable", async ([name, code, provoke]) => {
  const error = await (async () => provoke())().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FeatstoreError);
  expect(error).toMatchObject({ code, detail: expect.stringContaining(settingLabel(name)) });
  expect(settingLabel(name)).toMatch(/^[a-z_]+\.[a-z_]+ \([A-Z_]+\)$/);
});

test("the error of a training set that took too long names the deadline setting", () => {
  expect(failureOf(new DatabaseError("deadline_exceeded", "late"))).toMatchObject({
    code: "database_deadline_exceeded",
    detail: expect.stringContaining("training_sets.deadline_minutes (FEATSTORE_TRAINING_DEADLINE_MINUTES)"),
  });
});

test("every setting whose documentation names an error is named where that error is created", () => {
  const root = join(import.meta.dirname, "../../src");
  const code = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== "settings.ts")
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  const causes = allSettings.filter(({ tooLow = "" }) =>
    Object.keys(errorTable).some((each) => tooLow.includes(`\`${each}\``)),
  );
  expect(causes.length).toBeGreaterThan(10);
  for (const { name } of causes) expect(code).toContain(`"${name}"`);
});
