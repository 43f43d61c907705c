/**
 * Pictures of pages, to look at one's own work:
 *
 *     npx tsx scripts/shots.ts <address> <user> <password> <folder> <path> [<path> ...]
 *
 * Every path at 1440, 1024 and 390 pixels, light and dark. Without a user ("") nobody logs in.
 */
import { chromium as playwright, type Browser } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "../fixtures/chromium";

const WIDTHS = [1440, 1024, 390];
const THEMES = ["light", "dark"] as const;
const HYDRATED_WITHIN_MS = 5_000;

const [address, user, password, folder, ...paths] = process.argv.slice(2);
if (!address || user === undefined || password === undefined || !folder || paths.length === 0) {
  console.error("usage: shots.ts <address> <user> <password> <folder> <path> [<path> ...]");
  process.exit(2);
}

async function session(browser: Browser) {
  const context = await browser.newContext({ baseURL: address });
  if (user) {
    const page = await context.newPage();
    await page.goto("/login");
    await page.getByLabel("User name", { exact: true }).fill(user);
    await page.getByLabel("Password", { exact: true }).fill(password ?? "");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/login"));
  }
  return context.storageState();
}

function fileName(path: string): string {
  return path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "dashboard";
}

mkdirSync(folder, { recursive: true });
const browser = await playwright.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] });
const storageState = await session(browser);
for (const colorScheme of THEMES) {
  for (const width of WIDTHS) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ baseURL: address, storageState, viewport, colorScheme });
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && console.error(`${page.url()}: ${message.text()}`));
    for (const path of paths) {
      await page.goto(path);
      await page
        .waitForSelector("html[data-hydrated]", { state: "attached", timeout: HYDRATED_WITHIN_MS })
        .catch(() => console.error(`${path}: not hydrated`));
      await page.screenshot({ path: join(folder, `${fileName(path)}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
