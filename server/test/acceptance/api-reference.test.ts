import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { errorTable } from "../../src/core/error-table";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type CliProject, createCliProject } from "../cli/cli";

/** Widths and themes. */
const variants = [
  [1280, "light"],
  [1280, "dark"],
  [390, "light"],
  [390, "dark"],
] as const;
const codesOf = (status: number) =>
  Object.entries(errorTable).flatMap(([code, row]) => (row.status === status ? [code] : []));

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
  /** Runs axe by the debugger's door: the page's own policy allows no other script. */
  const violations = async (page: Page) => {
    await page.evaluate(axe.source);
    return page.evaluate(`axe.run({ rules: { "target-size": { enabled: true } } }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
  };
  const hasNoHorizontalScrolling = (page: Page) =>
    page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");

  for (const [width, scheme] of variants) {
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

  for (const [width, scheme] of variants) {
    test(`axe finds no violation in /docs at ${width} px, ${scheme}`, async () => {
      const { page, faults } = await visit("/docs", width, scheme);
      // Sections are rendered when they come into view: one with a table of parameters, one with a body and one with a constant.
      for (const address of ["", "tag/features/POST/api/features/batch", "tag/keys/POST/api/keys"]) {
        await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
        await page
          .locator(address === "" ? "#content h1" : `section[id$="${address.replace(/^tag.\w+./, "")}"] pre`)
          .first()
          .waitFor();
        await expect.poll(() => violations(page), { timeout: 30_000 }).toEqual([]);
      }
      expect(await hasNoHorizontalScrolling(page)).toBe(true);
      expect(faults).toEqual([]);
      await page.close();
    });
  }

  /** The looks of a page: the first font and the colours of its own parts. */
  const looksOf = (page: Page, text: string) =>
    page.evaluate(`(() => {
      const styleOf = (selector) => getComputedStyle(document.querySelector(selector));
      const { fontFamily, color } = styleOf(${JSON.stringify(text)});
      return {
        font: fontFamily.split(",")[0],
        code: styleOf("main code").fontFamily.split(",")[0],
        color,
        background: styleOf("html").backgroundColor,
        masthead: styleOf(".masthead").backgroundColor,
        loaded: [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family.replaceAll('"', "")).sort(),
      };
    })()`);

  test("/docs has the fonts, colours and header of the other pages, and changes its theme with them", async () => {
    const { page, faults } = await visit("/docs", 1280, "light");
    await page.locator("#content main code").first().waitFor();
    const navigation = (of: Page) => of.getByRole("navigation", { name: "Main" }).getByRole("link").allTextContents();
    const backgroundOfText = () =>
      page.evaluate("getComputedStyle(document.querySelector('.references-layout')).backgroundColor");
    const other = await visit("/docs/errors", 1280, "light");
    expect(await navigation(page)).toEqual(await navigation(other.page));
    expect(await page.locator("nav [aria-current=page]").textContent()).toBe("API reference");
    expect(await looksOf(page, "#content h1")).toEqual(await looksOf(other.page, "h1"));
    const light = await backgroundOfText();
    await page.getByRole("button", { name: "Change the theme" }).click();
    await other.page.close();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    const dark = await backgroundOfText();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.locator("#content main code").first().waitFor();
    expect(await backgroundOfText()).toBe(dark);
    expect(await page.getByRole("button", { name: "Change the theme" }).count()).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("an operation in /docs has lines for the TypeScript and the Python client, and curl first", async () => {
    const { page, faults } = await visit("/docs#tag/features/POST/api/features/batch", 1280, "light");
    const operation = page.locator('section[id$="POST/api/features/batch"]');
    await operation.locator("pre", { hasText: "curl" }).waitFor();
    for (const [client, line] of [
      ["TypeScript client", "client.features.getBatch("],
      ["Python client", "client.features.get_batch("],
    ] as const) {
      await operation
        .getByRole("button", { name: /Curl|client/ })
        .first()
        .click();
      await page.getByRole("option", { name: client }).click();
      await operation.locator("pre", { hasText: line }).waitFor();
    }
    expect(faults).toEqual([]);
    await page.close();
  });

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

  for (const [width, scheme] of variants) {
    test(`axe finds no violation in /docs/errors at ${width} px, ${scheme}`, async () => {
      const { page, faults } = await visit("/docs/errors", width, scheme);
      expect(await violations(page)).toEqual([]);
      expect(await hasNoHorizontalScrolling(page)).toBe(true);
      expect(faults).toEqual([]);
      await page.close();
    });
  }

  test("/docs/errors finds codes by their words and their status, and a link to a hidden code shows all", async () => {
    const { page, faults } = await visit("/docs/errors", 1280, "light");
    const shown = () => page.locator("[data-filter-item]:visible").evaluateAll((all) => all.map(({ id }) => id));
    const find = page.getByRole("searchbox", { name: "Find an error" });
    await find.fill("429 burst");
    expect(await shown()).toEqual(["rate_limited"]);
    expect(await page.getByRole("status").textContent()).toContain(`1 of ${Object.keys(errorTable).length}`);
    await find.fill("429");
    expect(await shown()).toEqual(codesOf(429).toSorted());
    await page.evaluate("location.hash = 'starting'");
    await page.locator("#starting").waitFor();
    expect(await shown()).toHaveLength(Object.keys(errorTable).length);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("/docs/errors without JavaScript lists every code and has no field that does nothing", async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(`${server.url}/docs/errors`);
    for (const code of Object.keys(errorTable)) expect(await page.locator(`#${code}`).isVisible()).toBe(true);
    expect(await page.getByRole("searchbox").count()).toBe(0);
    await page.close();
  });

  test("the header of the pages leads from one to the other and changes the theme", async () => {
    const { page, faults } = await visit("/docs/errors", 1280, "light");
    const main = page.getByRole("navigation", { name: "Main" });
    const links = await main.getByRole("link").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(links).toEqual(["/docs", "/docs/errors", "/health"]);
    expect(await main.locator("[aria-current]").textContent()).toBe("Error codes");
    await page.getByRole("button", { name: "Change the theme" }).click();
    await main.getByRole("link", { name: "Health" }).click();
    await page.waitForURL("**/health");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(await main.locator("[aria-current]").textContent()).toBe("Health");
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
