import axe from "axe-core";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabases } from "../helpers/test-database";
import { linkIn, type SignUpServer, startSignUpServer } from "./sign-up-server";

// A person in Chromium gets a key from the real server and reads with it; axe looks at every page on the way.

const executablePath = process.env.TEST_CHROMIUM ?? "";
const isMissing = executablePath === "" && process.env.REQUIRE_SERVICES !== "1";

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip || isMissing)(`a person in Chromium on ${target.name}`, () => {
    let browser: Browser;
    let server: SignUpServer;

    beforeAll(async () => {
      if (executablePath === "")
        throw new Error("TEST_CHROMIUM is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
      const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"];
      browser = await chromium.launch({ executablePath, args });
      server = await startSignUpServer(target);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    for (const colorScheme of ["light", "dark"] as const) {
      test(`signs up, reads, sees usage, rotates and revokes, ${colorScheme}`, async () => {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme });
        const page = await context.newPage();
        page.setDefaultTimeout(100_000); // Tolerates a loaded machine.
        const faults: string[] = [];
        page.on("console", (message) => {
          if (message.type() === "error") faults.push(message.text());
        });
        page.on("pageerror", (error) => void faults.push(error.message));
        const check = async (name: string) => {
          await page.evaluate(axe.source);
          const found = await page.evaluate(`axe.run().then(({ violations }) =>
            violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
          for (const violation of found as string[]) faults.push(`${name}: ${violation}`);
        };
        const choose = async (action: string) => {
          await page.getByLabel("Actions for first").first().click();
          await page.getByRole("button", { name: action }).first().click();
        };
        /** Sends the request of the shown line for curl; returns its status. */
        const runShownLine = async (): Promise<() => Promise<number>> => {
          const line = (await page.locator("pre", { hasText: "curl" }).first().textContent()) ?? "";
          const [, url = ""] = /curl "([^"]+)"/.exec(line) ?? [];
          const [, name = "", value = ""] = /-H "([^:]+): ([^"]+)"/.exec(line) ?? [];
          return async () => (await fetch(url, { headers: { [name]: value } })).status;
        };
        const email = `${colorScheme}@example.com`;

        await page.goto(`${server.url}/portal`);
        await check("sign in");
        await page.getByLabel("E-mail").fill(email);
        await page.getByRole("button", { name: "Mail me a link" }).click();
        await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
        await check("code");
        await page.goto(linkIn(await server.mailTo(email, "/portal/sign-in/link")));
        await check("link");
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { name: "No keys yet" }).waitFor();
        await check("no keys");

        await page.getByRole("button", { name: "Create key" }).first().click();
        const dialog = page.getByRole("dialog", { name: "Create an API key" });
        await dialog.getByLabel("Name", { exact: true }).fill("first");
        await check("create dialog");
        await dialog.getByRole("button", { name: "Create key" }).click();
        await page.getByRole("heading", { name: "Key “first” created" }).waitFor();
        await check("made key");
        const first = await runShownLine();
        expect(await first()).toBe(200);

        await page.getByRole("link", { name: "Usage" }).click();
        await page.getByRole("table").getByText("first", { exact: true }).waitFor();
        expect(await page.getByRole("row", { name: /^first 1 / }).count()).toBe(1);
        await check("usage");
        await page.getByRole("link", { name: "Account" }).first().click();
        await page.getByRole("heading", { name: "Members" }).waitFor();
        await check("account");

        await page.getByRole("link", { name: "API keys" }).first().click();
        await choose("Rotate…");
        const rotation = page.getByRole("dialog", { name: "Rotate “first”?" });
        await rotation.getByLabel("The old key ends").selectOption("At once");
        await check("rotate dialog");
        await page.getByRole("button", { name: "Rotate key" }).click();
        await page.getByRole("heading", { name: "Key “first” rotated" }).waitFor();
        const second = await runShownLine();
        await expect.poll(first).toBe(401);
        expect(await second()).toBe(200);

        await choose("Revoke…");
        await check("revoke dialog");
        await page.getByRole("dialog", { name: "Revoke “first”?" }).getByRole("button", { name: "Revoke" }).click();
        await page.getByRole("heading", { name: "No keys yet" }).waitFor();
        await expect.poll(second).toBe(401);
        await page.getByRole("link", { name: "Ended" }).click();
        await page.getByText("Revoked").filter({ visible: true }).first().waitFor();
        await check("ended keys");

        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByText("You are signed out.").waitFor();
        await check("signed out");
        await page.goto(`${server.url}/portal/keys`);
        await page.getByLabel("E-mail").waitFor();
        expect(faults).toEqual([]);
        await context.close();
      });
    }
  });
}
