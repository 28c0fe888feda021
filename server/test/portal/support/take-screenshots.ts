// Takes the pictures of the pages in docs/images: `npm run screenshots`.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { servePortal } from "./serve-portal";

/** The address in the pictures: a free port would change with each run. */
const SITE = "https://features.acme.example";

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Also for people who are not signed in. */
  readonly signedOut?: true;
  /** Only in light, at 1280 px: a state of a page that has its picture. */
  readonly state?: true;
  readonly empty?: true;
  readonly act?: (page: Page) => Promise<unknown>;
}

const createKey = async (page: Page, name: string): Promise<void> => {
  await page.getByRole("button", { name: "Create key" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await page.waitForLoadState("load");
};
const refuseKey = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "Create key" }).first().click();
  const values = { name: "search-service", names: "Lyric!", requests_per_second: "many", networks: "10.0.0.0/99" };
  for (const [name, value] of Object.entries(values)) await page.locator(`#create [name=${name}]`).fill(value);
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await page.waitForLoadState("load");
};
const open = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();

const shots: readonly Shot[] = [
  { name: "sign-in", path: "/portal/sign-in", signedOut: true },
  { name: "keys", path: "/portal/keys" },
  { name: "usage", path: "/portal/usage" },
  { name: "account", path: "/portal/account" },
  { name: "key-created", path: "/portal/keys", act: (page) => createKey(page, "search-service") },
  { name: "key-create", path: "/portal/keys", act: open("Create key"), state: true },
  { name: "key-refused", path: "/portal/keys", act: refuseKey, state: true },
  {
    name: "key-revoke",
    path: "/portal/keys",
    state: true,
    act: async (page) => {
      await page.getByLabel("Actions for ranking-service").click();
      await page.getByRole("button", { name: "Revoke…" }).click();
    },
  },
  {
    name: "key-menu",
    path: "/portal/keys",
    state: true,
    act: (page) => page.getByLabel("Actions for nightly-export").click(),
  },
  { name: "keys-empty", path: "/portal/keys", state: true, empty: true },
  { name: "usage-empty", path: "/portal/usage", state: true, empty: true },
  { name: "invite", path: "/portal/account", act: open("Invite"), state: true },
  { name: "health", path: "/health", state: true },
  { name: "not-found", path: "/nope", state: true },
  { name: "error", path: "/portal/nothing", state: true },
  { name: "link", path: "/portal/sign-in/link?token=t", signedOut: true, state: true },
  {
    name: "code",
    path: "/portal/sign-in",
    signedOut: true,
    state: true,
    act: async (page) => {
      await page.getByLabel("E-mail").fill("ada@acme.example");
      await page.getByRole("button", { name: "Mail me a link" }).click();
      await page.getByLabel("Code").waitFor();
    },
  },
];

/** All pictures, or those whose names begin with an argument. */
async function take(browser: Browser, folder: string, prefix: string, all: boolean): Promise<void> {
  for (const shot of shots.filter(({ name }) => name.startsWith(prefix))) {
    for (const width of [1280, 390]) {
      for (const colorScheme of ["light", "dark"] as const) {
        if (shot.state === true && !all && (width !== 1280 || colorScheme === "dark")) continue;
        const server = await servePortal({ filled: shot.empty !== true, provider: { name: "Acme" }, site: SITE });
        const page = await browser.newPage({ viewport: { width, height: 860 }, colorScheme });
        if (shot.signedOut !== true) {
          await page.context().addCookies([{ name: "session", value: "sample", url: server.url }]);
        }
        await page.goto(server.url + shot.path);
        await shot.act?.(page);
        await page.evaluate("document.fonts.ready");
        await page.screenshot({ path: join(folder, `${shot.name}-${colorScheme}-${width}.png`), fullPage: true });
        await page.context().close();
        await server.close();
      }
    }
  }
}

const executablePath = process.env.TEST_CHROMIUM;
if (executablePath === undefined) throw new Error("TEST_CHROMIUM is not set: bash scripts/services.sh env");
const [prefix = "", folder = fileURLToPath(new URL("../../../../docs/images/", import.meta.url))] =
  process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--disable-background-networking", "--no-sandbox"] });
await take(browser, folder, prefix, process.env.SCREENSHOTS === "all");
await browser.close();
