import { describe, expect, test } from "vitest";
import type { Purpose, RemoteFailure } from "../../../src/engine/spark/connect/remote-failure";
import { SparkError } from "../../../src/engine/spark/connect/spark-error";
import { sparkFailure } from "../../../src/engine/spark/connect/spark-failure";
import { requireSupportedSpark } from "../../../src/engine/spark/connect/spark-version";

const failed = (failure: Partial<RemoteFailure>, purpose: Purpose = "operation") =>
  sparkFailure(
    { engine: "lake", place: "spark:15002", purpose },
    { isCut: false, status: "internal", message: "", ...failure },
  );

describe("failures of Spark", () => {
  test.each<[string, Partial<RemoteFailure>, Purpose, string]>([
    ["a broken connection at the start", { isCut: true }, "call", "engine_unavailable"],
    ["a broken connection during a statement", { isCut: true }, "operation", "engine_lost"],
    [
      "a driver that shuts down",
      { message: "Job 3 cancelled because SparkContext was shut down" },
      "operation",
      "engine_lost",
    ],
    [
      "an untrusted certificate",
      { reason: "has a certificate that is not trusted (CERT)" },
      "call",
      "engine_unavailable",
    ],
    ["a wrong token", { status: "unauthenticated" }, "call", "engine_unavailable"],
    ["another service at the address", { status: "unimplemented" }, "call", "engine_unavailable"],
    ["a forgotten session", { errorClass: "INVALID_HANDLE.SESSION_CLOSED" }, "call", "engine_session_expired"],
    ["a forgotten statement", { errorClass: "INVALID_HANDLE.SESSION_CHANGED" }, "operation", "engine_lost"],
    ["a full server", { status: "resource_exhausted" }, "operation", "engine_busy"],
    ["an interrupted statement", { errorClass: "OPERATION_CANCELED" }, "operation", "aborted"],
    ["a full disk", { message: "java.io.IOException: No space left on device" }, "operation", "engine_disk_full"],
    ["an executor without memory", { message: "Java heap space" }, "operation", "engine_out_of_memory"],
    [
      "a result that the driver has no room for",
      { message: "Total size of serialized results of 9 tasks is bigger than spark.driver.maxResultSize" },
      "operation",
      "engine_out_of_memory",
    ],
    [
      "an executor that ended for lack of memory",
      { message: "ExecutorLostFailure (executor 0 exited) Reason: Command exited with code 52" },
      "operation",
      "engine_out_of_memory",
    ],
    [
      "a jar that is missing",
      {
        exception: "java.lang.ClassNotFoundException",
        message: "Cannot find catalog plugin class for catalog 'lake': x.Y.",
      },
      "operation",
      "engine_extension_missing",
    ],
    [
      "a bucket that refuses",
      {
        message:
          "s3a://b/k: getFileStatus on s3a://b/k: software.amazon.awssdk.services.s3.model.S3Exception: Forbidden",
      },
      "operation",
      "engine_source_failed",
    ],
    ["a path without files", { errorClass: "PATH_NOT_FOUND", sqlState: "42K03" }, "operation", "engine_source_failed"],
    ["a damaged file", { errorClass: "FAILED_READ_FILE.NO_HINT" }, "operation", "engine_source_failed"],
    ["any other", { errorClass: "DIVIDE_BY_ZERO" }, "operation", "engine_statement_failed"],
  ])("%s has its code", (_, failure, purpose, code) => {
    expect(failed(failure, purpose).code).toBe(code);
  });

  test("an error about the statement's text keeps Spark's message, class, parameters and position", () => {
    const error = failed({
      message:
        "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `a` cannot be resolved. SQLSTATE: 42703; line 1 pos 7;\n'Project ['a]",
      errorClass: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
      sqlState: "42703",
      parameters: { objectName: "`a`" },
      position: { start: 7, stop: 7, fragment: "a" },
    });
    expect(error).toBeInstanceOf(SparkError);
    expect(error).toMatchObject({
      errorClass: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
      sqlState: "42703",
      parameters: { objectName: "`a`" },
      position: { start: 7, stop: 7, fragment: "a" },
      detail:
        'Spark rejected a statement of engine "lake": [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `a` cannot be resolved. (SQLSTATE 42703), at "a"',
    });
  });

  test("a bucket that refuses is named, with the path", () => {
    const storage = "software.amazon.awssdk.services.s3.model.S3Exception: Forbidden (Service: S3, Status Code: 403)";
    expect(failed({ message: `s3a://music/a b: getFileStatus on s3a://music/plays: ${storage}` }).message).toBe(
      'The object storage refuses what Spark of engine "lake" does at s3a://music/a: check the credentials that the cluster has, and their rights.',
    );
    expect(failed({ message: `PUT 0-byte object  on results/_temporary/0: ${storage}` }).message).toContain(
      " at results/_temporary/0: check",
    );
  });

  test("a class that is missing is named", () => {
    const message = "Cannot find catalog plugin class for catalog 'lake': org.apache.iceberg.spark.SparkCatalog.";
    expect(failed({ message, exception: "java.lang.ClassNotFoundException" }).message).toBe(
      `Spark of engine "lake" lacks a jar, such as those for Iceberg or S3: ${message}`,
    );
  });

  test("an error about values does not show them", () => {
    const { message } = failed({
      message: "[CAST_INVALID_INPUT] The value 'secret' of the type \"STRING\" cannot be cast. SQLSTATE: 22018",
      errorClass: "CAST_INVALID_INPUT",
      sqlState: "22018",
    });
    expect(message).toContain("CAST_INVALID_INPUT");
    expect(message).not.toContain("secret");
  });
});

test.each(["3.5.6", "4.2.0", "5.0.0", "4.10.1", "", "banana"])("Spark %s is refused", (version) => {
  expect(() => requireSupportedSpark("lake", version)).toThrowError(
    expect.objectContaining({ code: "engine_version_unsupported" }),
  );
});

test.each(["4.0.0", "4.0.5", "4.1.4", "4.1.5-SNAPSHOT", "4.1"])("Spark %s is supported", (version) => {
  expect(() => requireSupportedSpark("lake", version)).not.toThrow();
});
