import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { servePortal } from "../portal/support/serve-portal";

const executablePath = process.env.TEST_CHROMIUM ?? "";

describe.skipIf(executablePath === "" && process.env.REQUIRE_SERVICES !== "1")(
  "the pages for people in Chromium",
  () => {
    let browser: Browser;
    const closers: (() => Promise<unknown>)[] = [];

    beforeAll(async () => {
      if (executablePath === "")
        throw new Error("TEST_CHROMIUM is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
      const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"];
      browser = await chromium.launch({ executablePath, args });
    });
    afterAll(async () => {
      await browser?.close();
      for (const close of closers) await close();
    });

    const serve = async (options: Parameters<typeof servePortal>[0] = {}) => {
      const server = await servePortal(options);
      closers.push(server.close);
      return server;
    };

    /** Opens a page. `faults`: violations of the policy, errors, and requests to other servers. */
    const visit = async (url: string, options: BrowserContextOptions & { readonly signedIn?: boolean } = {}) => {
      const { signedIn = true, ...rest } = options;
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest });
      const { origin } = new URL(url);
      if (signedIn) await context.addCookies([{ name: "session", value: "sample", url: origin }]);
      const page = await context.newPage();
      page.setDefaultTimeout(100_000); // Tolerates a loaded machine.
      const faults: string[] = [];
      page.on("console", (message) => {
        // A refused form is a page with its status, which the browser reports as an error too.
        if (message.type() === "error" && !message.text().includes("status of 4")) faults.push(message.text());
      });
      page.on("pageerror", (error) => void faults.push(error.message));
      page.on("request", (request) => {
        if (new URL(request.url()).origin !== origin) faults.push(`request to ${request.url()}`);
      });
      await page.goto(url);
      return { page, faults, context };
    };

    /** Runs axe by the debugger's door: the page's own policy allows no other script. */
    const violations = async (page: Page) => {
      await page.evaluate(axe.source);
      return page.evaluate(`axe.run().then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
    };
    const hasNoHorizontalScrolling = (page: Page) =>
      page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");

    const create = async (page: Page, name: string) => {
      await page.getByRole("button", { name: "Create key" }).first().click();
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      await dialog.getByLabel("Name", { exact: true }).fill(name);
      await dialog.getByRole("button", { name: "Create key" }).click();
    };
    const choose = async (page: Page, name: string, action: string) => {
      await page.getByLabel(`Actions for ${name}`).first().click();
      await page.getByRole("button", { name: action }).first().click();
    };
    const shownKey = async (page: Page) => (await page.getByLabel("API key", { exact: true }).textContent()) ?? "";

    for (const javaScriptEnabled of [true, false]) {
      test(`from signing up to a revoked key, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
        const server = await serve();
        const { page, faults } = await visit(`${server.url}/portal`, { signedIn: false, javaScriptEnabled });
        const read = async (key: string) =>
          (
            await fetch(`${server.url}/api/features/7?features=speech_sentiment`, {
              headers: { authorization: `Bearer ${key}` },
            })
          ).status;

        await page.getByLabel("E-mail").fill("ada@acme.example");
        await page.getByRole("button", { name: "Mail me a link" }).click();
        await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
        const mail = server.state.mails[0];
        await page.goto(
          `${server.url}/portal/sign-in/link?token=${mail?.token}&next=${encodeURIComponent(mail?.next ?? "")}`,
        );
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { name: "No keys yet" }).waitFor();

        await create(page, "first");
        const first = await shownKey(page);
        expect(await read(first)).toBe(200);
        await page.goto(`${server.url}/portal/keys`);
        expect(await page.content()).not.toContain(first);

        await page.getByRole("link", { name: "Usage" }).click();
        await page.getByRole("table").getByText("first", { exact: true }).waitFor();
        expect(await page.getByRole("row", { name: /^first 1 / }).count()).toBe(1);

        await page.getByRole("link", { name: "API keys" }).first().click();
        await choose(page, "first", "Rotate…");
        await page
          .getByRole("dialog", { name: "Rotate “first”?" })
          .getByLabel("The old key ends")
          .selectOption("At once");
        await page.getByRole("button", { name: "Rotate key" }).click();
        await page.getByRole("heading", { name: "Key “first” rotated" }).waitFor();
        const second = await shownKey(page);
        expect([await read(first), await read(second)]).toEqual([401, 200]);

        await choose(page, "first", "Revoke…");
        await page.getByRole("dialog", { name: "Revoke “first”?" }).getByRole("button", { name: "Revoke" }).click();
        await page.getByRole("heading", { name: "No keys yet" }).waitFor();
        expect(await read(second)).toBe(401);

        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByText("You are signed out.").waitFor();
        expect(faults).toEqual([]);
        await page.context().close();
      });
    }

    for (const [width, colorScheme] of [
      [1280, "light"],
      [1280, "dark"],
      [390, "light"],
      [390, "dark"],
    ] as const) {
      test(`axe finds no violation at ${width} px, ${colorScheme}`, async () => {
        const server = await serve({ filled: true, provider: { name: "Acme" } });
        const empty = await serve();
        const options = { viewport: { width, height: 900 }, colorScheme };
        const found: unknown[] = [];
        const check = async (page: Page, name: string) => {
          found.push(...((await violations(page)) as string[]).map((each) => `${name}: ${each}`));
          if ((await hasNoHorizontalScrolling(page)) !== true) found.push(`${name} scrolls sideways`);
        };
        const signedOut = await visit(`${server.url}/portal/sign-in`, { ...options, signedIn: false });
        for (const path of ["/portal/sign-in", "/portal/sign-in/link?token=a", "/portal/nothing", "/nope", "/health"]) {
          await signedOut.page.goto(server.url + path);
          await check(signedOut.page, path);
        }
        const { page, faults } = await visit(`${server.url}/portal`, options);
        for (const path of ["keys", "keys?show=ended", "usage", "usage?measure=bytes", "account", "nothing"]) {
          await page.goto(`${server.url}/portal/${path}`);
          await check(page, path);
        }
        await page.goto(`${server.url}/portal/keys`);
        await page.getByRole("button", { name: "Create key" }).click();
        await check(page, "create dialog");
        await page.getByLabel("Name", { exact: true }).fill("ranking-service");
        await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
        await page.getByText("A key with this name is in use.", { exact: false }).waitFor();
        await check(page, "refused key");
        await page.getByLabel("Name", { exact: true }).fill("another");
        await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
        await page.getByLabel("API key", { exact: true }).waitFor();
        await check(page, "made key");
        await choose(page, "another", "Revoke…");
        await check(page, "revoke dialog");
        const invitation = { id: "inv_aaaaaaaaaaaaaaaa", organisation: "Other Radio", role: "member" } as const;
        server.state.visitor = { ...server.state.visitor, invitations: [invitation] };
        await page.goto(`${server.url}/invitations/${invitation.id}`);
        await page.getByRole("button", { name: "Join Other Radio" }).waitFor();
        await check(page, "invitation");
        const bare = await visit(`${empty.url}/portal/keys`, options);
        await check(bare.page, "no keys");
        await bare.page.goto(`${empty.url}/portal/usage`);
        await check(bare.page, "no usage");
        expect(found).toEqual([]);
        expect([...faults, ...bare.faults, ...signedOut.faults]).toEqual([]);
        for (const { context } of [signedOut, { context: page.context() }, bare]) await context.close();
      });
    }

    test.each([
      [1280, 800],
      [1280, 500],
      [390, 700],
    ])("the buttons of the dialog for a key are in sight at %i by %i", async (width, height) => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/keys`, { viewport: { width, height } });
      await page.getByRole("button", { name: "Create key" }).click();
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      const frame = await dialog.boundingBox();
      for (const name of ["Cancel", "Create key"]) {
        const button = await dialog.getByRole("button", { name }).boundingBox();
        expect(button?.y).toBeGreaterThan(frame?.y ?? height);
        expect((button?.y ?? height) + (button?.height ?? 0)).toBeLessThan((frame?.y ?? 0) + (frame?.height ?? 0));
      }
      expect((frame?.y ?? 0) + (frame?.height ?? 0)).toBeLessThanOrEqual(height);
      await context.close();
    });

    test.each([
      [1280, 860],
      [1280, 500],
      [390, 700],
    ])("a refused key shows its first wrong field and the summary at %i by %i", async (width, height) => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/keys`, { viewport: { width, height } });
      await page.getByRole("button", { name: "Create key" }).click();
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      await dialog.getByLabel("Name", { exact: true }).fill("three");
      await dialog.getByLabel("Only views and datasets named").fill("Nope!");
      await dialog.getByLabel("Requests per second").fill("many");
      await dialog.getByLabel("Only from networks").fill("nowhere");
      // The browser may focus the field before the script makes the dialog modal.
      await page.route("**/*.js", async (route) => {
        await expect.poll(() => page.evaluate("document.activeElement?.name")).toBe("names");
        await route.continue();
      });
      await dialog.getByRole("button", { name: "Create key" }).click();
      await expect.poll(() => page.locator(":focus").getAttribute("name")).toBe("names");
      expect(await dialog.locator("[aria-invalid=true]").count()).toBe(3);
      /** True if nothing covers the lower end of an element. Polled: the script makes the dialog modal and moves the focus. */
      const isInSight = (selector: string) =>
        page.evaluate(`(() => {
          const each = document.querySelector(${JSON.stringify(selector)});
          const { left, top, width, height } = each.getBoundingClientRect();
          return each.contains(document.elementFromPoint(left + width / 2, top + height - 3));
        })()`);
      await expect.poll(() => isInSight("#f-names-hint")).toBe(true);
      await expect.poll(() => isInSight("#create [role=alert]")).toBe(true);
      for (const name of ["requests_per_second", "networks"]) {
        await dialog.locator(`[name=${name}]`).focus();
        await expect.poll(() => isInSight(`#f-${name}-hint`)).toBe(true);
        await expect.poll(() => isInSight("#create [role=alert]")).toBe(true);
      }
      await context.close();
    });

    test("loading the page of a new key again, or going back, makes no second key", async () => {
      const server = await serve({ filled: true });
      const count = server.state.keys.length + 1;
      for (const javaScriptEnabled of [true, false]) {
        const { page, context } = await visit(`${server.url}/portal/keys`, { javaScriptEnabled });
        await create(page, `again-${javaScriptEnabled}`);
        await page.getByRole("heading", { name: "created" }).waitFor();
        await page.reload();
        await page.getByRole("heading", { name: "API keys" }).waitFor();
        expect(await page.getByRole("heading", { name: "created" }).count()).toBe(0);
        await page.goto(`${server.url}/portal/usage`);
        await page.goBack();
        await page.getByRole("heading", { name: "API keys" }).waitFor();
        await context.close();
      }
      expect(server.state.keys).toHaveLength(count + 1);
    });

    test("the result of a form has the focus, and so has the first fault", async () => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/keys`);
      const focused = (text: string) => expect.poll(() => page.locator(":focus").textContent()).toContain(text);
      await create(page, "focused");
      await focused("Key “focused” created");
      await choose(page, "focused", "Disable");
      await focused("“focused” is disabled");
      await choose(page, "focused", "Revoke…");
      await page.getByRole("dialog", { name: "Revoke “focused”?" }).getByRole("button", { name: "Revoke" }).click();
      await focused("“focused” is revoked");
      await page.getByRole("button", { name: "Create key" }).first().click();
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      await dialog.getByLabel("Name", { exact: true }).fill("named");
      await dialog.getByLabel("Requests per second").fill("many");
      await dialog.getByRole("button", { name: "Create key" }).click();
      await expect.poll(() => page.locator(":focus").getAttribute("name")).toBe("requests_per_second");
      await context.close();
    });

    test("long names fit on a narrow screen, and each key shows its state", async () => {
      const server = await serve({ filled: true });
      const name = "W".repeat(98);
      const { visitor } = server.state;
      server.state.visitor = {
        ...visitor,
        person: { ...visitor.person, email: `${"w".repeat(60)}@${"w".repeat(60)}.example` },
        organisation: { ...visitor.organisation, name },
        invitations: [{ id: "inv_aaaaaaaaaaaaaaaa", organisation: name, role: "admin" }],
      };
      const [first] = server.state.keys;
      if (first !== undefined) server.state.keys[0] = { ...first, name };
      const { page, context } = await visit(`${server.url}/portal/keys`, { viewport: { width: 390, height: 800 } });
      await page.getByText("Active", { exact: true }).filter({ visible: true }).first().waitFor();
      for (const path of ["keys?done=joined", "usage", "account", "nothing", "../invitations/inv_aaaaaaaaaaaaaaaa"]) {
        await page.goto(`${server.url}/portal/${path}`);
        expect(await hasNoHorizontalScrolling(page), path).toBe(true);
        const wide = await page.evaluate(`[...document.querySelectorAll(".main *")]
          .filter((each) => each.closest(".scroll, .bar, .hide, dialog") === null && each.getBoundingClientRect().right > 391)
          .map(({ outerHTML }) => outerHTML.slice(0, 80))`);
        expect(wide, path).toEqual([]);
      }
      await page.goto(`${server.url}/portal/usage`);
      const chart = await page.locator("svg.chart").filter({ visible: true }).boundingBox();
      expect((chart?.x ?? 0) + (chart?.width ?? 999)).toBeLessThanOrEqual(390);
      await context.close();
    });

    test.each([360, 390, 800])("at %i px each row shows every fact with the heading of its column", async (width) => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/keys`, { viewport: { width, height: 844 } });
      for (const path of ["keys", "keys?show=ended", "usage", "account"]) {
        await page.goto(`${server.url}/portal/${path}`);
        const lost = await page.evaluate(`[...document.querySelectorAll("main table.table")].flatMap((table) => {
          const headings = [...table.querySelectorAll("thead th")].map(({ textContent }) => textContent);
          return [...table.querySelectorAll("tbody :is(td, th)")].flatMap((cell) => {
            if (cell.childNodes.length === 0) return [];
            const heading = headings[cell.cellIndex];
            const isShown = [cell, ...cell.querySelectorAll(":not(.hide, .menu *)")].every((each) => {
              if (each.textContent === "") return true;
              const { left, right } = each.getBoundingClientRect();
              const isWhole = each.scrollWidth <= each.clientWidth || getComputedStyle(each).overflowX === "visible";
              return left >= 0 && right <= ${width} && isWhole && each.checkVisibility();
            });
            const label = getComputedStyle(cell, "::before").content;
            const isLabelled = heading === "Actions" || cell.matches("th") || label === JSON.stringify(heading);
            return isShown && isLabelled ? [] : [heading + ": " + cell.textContent + " " + label];
          });
        })`);
        expect(lost, path).toEqual([]);
      }
      await page.goto(`${server.url}/portal/usage`);
      for (const name of ["API reference", "Health"])
        expect(await page.getByRole("link", { name }).isVisible()).toBe(true);
      expect(await page.getByRole("row", { name: /ranking-service/ }).count()).toBe(1);
      expect(await page.getByRole("columnheader", { name: "Errors" }).count()).toBe(2);
      await context.close();
    });

    test("the link to the health of the server leads to a page, which leads back", async () => {
      const server = await serve({ filled: true });
      const { page, faults, context } = await visit(`${server.url}/portal/keys`);
      await page.getByRole("link", { name: "Health" }).click();
      await page.getByRole("heading", { name: "Health" }).waitFor();
      expect(await page.getByRole("row", { name: /^database OK/ }).count()).toBe(1);
      await page.getByRole("link", { name: "API keys" }).click();
      await page.getByRole("heading", { name: "API keys" }).waitFor();
      expect(faults).toEqual([]);
      await context.close();
    });

    test("without JavaScript there are no buttons to copy", async () => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/keys`, { javaScriptEnabled: false });
      await create(page, "uncopied");
      await page.getByLabel("API key", { exact: true }).waitFor();
      expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
      await context.close();
    });

    test("dialogs and menus work with the keyboard alone", async () => {
      const server = await serve({ filled: true });
      const { page } = await visit(`${server.url}/portal/keys`);
      await page.keyboard.press("Tab");
      await expect.poll(() => page.locator(":focus").textContent()).toContain("Skip to content");
      await page.getByRole("button", { name: "Create key" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      await dialog.waitFor();
      expect(await page.locator(":focus").getAttribute("name")).toBe("name");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      expect(await page.locator(":focus").textContent()).toContain("Create key");

      await page.getByLabel("Actions for ranking-service").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Rotate…" }).first().waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Rotate…" }).first().waitFor({ state: "hidden" });
      expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Actions for ranking-service");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Rotate “ranking-service”?" }).waitFor();
      await page.context().close();
    });

    test("the copy buttons copy the key and the chosen lines, and the theme changes", async () => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/keys`);
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await create(page, "copied");
      const key = await shownKey(page);
      const copied = () => page.evaluate("navigator.clipboard.readText()");
      await page.getByRole("button", { name: "Copy the key" }).click();
      await page.getByRole("button", { name: "Copied the key" }).waitFor();
      expect(await copied()).toBe(key);
      await page.getByText("TypeScript", { exact: true }).click();
      await page.getByRole("button", { name: "Copy the code" }).click();
      await page.getByRole("button", { name: "Copied the code" }).waitFor();
      expect(await copied()).toContain(`apiKey: "${key}"`);

      await page.getByRole("button", { name: "Change the theme" }).click();
      expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
      expect(await shownKey(page)).toBe(key);
      await page.reload();
      expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
      await context.close();
    });

    test("without JavaScript the theme changes by a form", async () => {
      const server = await serve({ filled: true });
      const { page, context } = await visit(`${server.url}/portal/usage`, { javaScriptEnabled: false });
      await page.getByRole("button", { name: "Change the theme" }).click();
      await page.getByRole("heading", { name: "Usage" }).waitFor();
      expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
      await context.close();
    });
  },
);
