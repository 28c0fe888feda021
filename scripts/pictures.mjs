// Takes the pictures of README.md that show code: npm run pictures. Needs TEST_CHROMIUM, and `script` for a terminal's colours.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AnsiToHtml from "ansi-to-html";
import highlight from "highlight.js";
import { picturePage } from "./pictures/page.mjs";
import { excerptOf, firstVersion, secondVersion } from "./pictures/plan-change.mjs";
import { root } from "./toolchain.mjs";

const [cli] = process.argv.slice(2);
const executablePath = process.env.TEST_CHROMIUM;
if (executablePath === undefined) throw new Error("TEST_CHROMIUM is not set: bash scripts/services.sh env");
const { chromium } = createRequire(join(root, "server/package.json"))("playwright-core");

const folder = mkdtempSync(join(tmpdir(), "featstore-pictures-"));
const { DATABASE_URL: _, NO_COLOR: __, ...environment } = process.env;
const options = { cwd: folder, env: { ...environment, FEATSTORE_LOG_LEVEL: "silent" }, encoding: "utf8" };
const featstore = (...words) =>
  execFileSync(process.execPath, [cli, ...words], { ...options, stdio: ["ignore", "pipe", "ignore"] });

/** Runs a command in a terminal, with its colours. A plan that refuses or changes something may exit with another code than 0. */
function inTerminal(...words) {
  const line = [process.execPath, cli, ...words].map((word) => `'${word}'`).join(" ");
  return execFileSync("script", ["--quiet", "--command", `${line} 2>/dev/null`, "/dev/null"], {
    ...options,
    env: { ...options.env, TERM: "xterm-256color" },
    stdio: ["ignore", "pipe", "inherit"],
  }).replaceAll("\r", "");
}

function define(definition) {
  mkdirSync(join(folder, "definitions"), { recursive: true });
  writeFileSync(join(folder, "definitions/index.ts"), definition);
}

async function take(browser, name, columns) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, deviceScaleFactor: 1.5 });
  await page.setContent(picturePage(columns));
  await page.evaluate("document.fonts.ready");
  await page.locator("body").screenshot({ path: join(root, `docs/images/${name}.png`) });
  await page.close();
}

const browser = await chromium.launch({ executablePath, args: ["--disable-background-networking", "--no-sandbox"] });
try {
  featstore("sample", "load");
  define(firstVersion);
  const code = (language, text) => highlight.highlight(text.trim(), { language }).value;
  await take(browser, "definition-and-sql", [
    { title: "definitions/index.ts", width: 67, html: code("typescript", excerptOf(firstVersion)) },
    { title: "featstore sql speech_sentiment", width: 88, html: code("sql", featstore("sql", "speech_sentiment")) },
  ]);
  featstore("apply");
  featstore("materialize");
  define(secondVersion);
  const colours = new AnsiToHtml({
    escapeXML: true,
    colors: { 1: "#ff7b72", 2: "#7bd88f", 3: "#ffb86b", 6: "#79d4e8" },
  });
  await take(browser, "plan-values", [
    { title: "featstore plan --values", width: 124, html: colours.toHtml(inTerminal("plan", "--values").trim()) },
  ]);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
