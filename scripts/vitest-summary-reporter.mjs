import { relative } from "node:path";

/**
 * Vitest reporter: prints at the end the skipped tests, the failures and the line `N passed, N failed, N skipped`.
 * A file that could not run counts as one failure, and so does an error outside any test.
 */
export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped = new Map();
    const failures = unhandledErrors.map(({ message }) => `outside any test: ${message}`);
    for (const testModule of testModules) {
      let failedTests = 0;
      for (const testCase of testModule.children.allTests()) {
        const { state } = testCase.result();
        if (state === "passed") {
          counts.passed += 1;
        } else if (state === "failed") {
          failedTests += 1;
          failures.push(failure(testModule, testCase.fullName, testCase.result().errors));
        } else {
          counts.skipped += 1;
          const { parent } = testCase;
          const isWholeSuite = parent.type === "suite" && parent.state() === "skipped";
          const title = isWholeSuite ? parent.fullName : testCase.fullName;
          const key = `${relative(process.cwd(), testModule.moduleId)} > ${title}`;
          skipped.set(key, (skipped.get(key) ?? 0) + 1);
        }
      }
      if (testModule.state() === "failed" && failedTests === 0) {
        failedTests = 1;
        failures.push(failure(testModule, "the file", testModule.errors()));
      }
      counts.failed += failedTests;
    }
    if (skipped.size > 0) {
      console.log("Skipped:");
      for (const [title, count] of skipped) console.log(`  ${title}${count > 1 ? ` (${count})` : ""}`);
    }
    if (failures.length > 0) {
      console.log("Failed:");
      for (const each of failures) console.log(`  ${each}`);
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

function failure(testModule, title, errors) {
  const messages = (errors ?? []).map(({ message }) => message.slice(0, 500).replace(/\s+/g, " "));
  return `${relative(process.cwd(), testModule.moduleId)} > ${title}: ${messages.join("; ")}`;
}
