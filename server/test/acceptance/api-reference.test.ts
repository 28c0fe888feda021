import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type CliProject, createCliProject } from "../cli/cli";

const executablePath = process.env.TEST_CHROMIUM ?? "";

interface Visit {
  readonly page: Page;
  /** Violations of the content security policy, failed requests, and requests to other servers. */
  readonly faults: string[];
}

describe.skipIf(executablePath === "" && process.env.REQUIRE_SERVICES !== "1")("the pages in Chromium", () => {
  let project: CliProject;
  let deps: Deps;
  let server: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    if (executablePath === "")
      throw new Error("TEST_CHROMIUM is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
    project = await createCliProject();
    const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
    deps = await createDeps(loadConfig({ env, folder: project.folder }));
    server = await serve(deps);
    // Without the browser's own traffic. CI runs as root, which may not use the sandbox.
    const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await deps?.close();
    await project?.remove();
  });

  const visit = async (path: string, width: number, colorScheme: "light" | "dark"): Promise<Visit> => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.setDefaultTimeout(100_000); // Tolerates a loaded machine.
    const faults: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
    page.on("pageerror", (error) => void faults.push(error.message));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && origin !== server.url) faults.push(`request to ${request.url()}`);
    });
    await page.goto(`${server.url}${path}`);
    return { page, faults };
  };
  const hasNoHorizontalScrolling = (page: Page) =>
    page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");

  for (const [width, scheme] of [
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const) {
    test(`/docs shows an operation with its body and a curl example at ${width} px, ${scheme}`, async () => {
      const { page, faults } = await visit("/docs#tag/features/POST/api/features/batch", width, scheme);
      const operation = page.locator('section[id$="POST/api/features/batch"]');
      await operation.getByText("on_invalid_id", { exact: true }).waitFor();
      await operation.getByText("1 to 1,000 ids", { exact: false }).waitFor();
      const example = operation.locator("pre", { hasText: "curl" });
      await example.waitFor();
      expect(await example.textContent()).toContain(`curl ${server.url}/api/features/batch`);
      expect(await hasNoHorizontalScrolling(page)).toBe(true);
      expect(faults).toEqual([]);
      await page.close();
    });
  }

  test("a request sent from /docs goes to the same server", async () => {
    const { page, faults } = await visit("/docs#tag/operations/GET/livez", 1280, "light");
    await page.getByRole("button", { name: "Test Request (get /livez)" }).click();
    const [response] = await Promise.all([
      page.waitForResponse(`${server.url}/livez`),
      page.getByRole("button", { name: /^Send/ }).first().click(),
    ]);
    expect(response.status()).toBe(200);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("/docs/errors links to the entry of a code, also on a phone", async () => {
    const { page, faults } = await visit("/docs/errors#rate_limited", 390, "dark");
    await page.locator("section:target", { hasText: "limits.requests_per_second" }).waitFor();
    expect(await hasNoHorizontalScrolling(page)).toBe(true);
    expect(faults).toEqual([]);
    await page.close();
  });
});
