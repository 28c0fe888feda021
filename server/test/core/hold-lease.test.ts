import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdLease } from "../../src/core/hold-lease";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("renews a lease after each interval and not before", async () => {
  const renew = vi.fn(async () => true);
  const { lost, release } = holdLease(renew, { everyMs: 100 });
  await vi.advanceTimersByTimeAsync(99);
  expect(renew).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(201);
  expect(renew).toHaveBeenCalledTimes(3);
  expect(lost.aborted).toBe(false);
  await release();
});

test("aborts the work with the reason when the lease is lost, and renews no more", async () => {
  const reason = new Error("another process has it");
  const renew = vi.fn(async () => renew.mock.calls.length < 2);
  const { lost, release } = holdLease(renew, { everyMs: 100, reason: () => reason });
  await vi.advanceTimersByTimeAsync(1000);
  expect(lost.reason).toBe(reason);
  expect(renew).toHaveBeenCalledTimes(2);
  await release();
});

test("tries a failed renewal again, however often it fails", async () => {
  let failures = 0;
  const renew = vi.fn(async () => {
    if (failures++ < 20) throw new Error("the database is unavailable");
    return true;
  });
  const { lost, release } = holdLease(renew, { everyMs: 100 });
  await vi.advanceTimersByTimeAsync(2500);
  expect(renew).toHaveBeenCalledTimes(25);
  expect(lost.aborted).toBe(false);
  await release();
});

test("never renews concurrently, and a release waits for the renewal in progress and leaves no timer", async () => {
  let answer = (_isOurs: boolean): void => undefined;
  const renew = vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
  );
  const { lost, release } = holdLease(renew, { everyMs: 100 });
  await vi.advanceTimersByTimeAsync(500);
  expect(renew).toHaveBeenCalledTimes(1);
  let isReleased = false;
  const released = release().then(() => {
    isReleased = true;
  });
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(isReleased).toBe(false);
  answer(false);
  await released;
  expect(lost.aborted).toBe(true);
});
