import { request, chromium as playwright, type Browser } from "@playwright/test";
import { chromium } from "../../fixtures/chromium";
import { ADMIN } from "../../fixtures/program";
import { logIn } from "../../pages/login";

const LOADS = 5;

/** What the first page costs a browser that has never been here. */
export interface FirstPage {
  /** Bytes in Brotli of what the page loads, by kind. */
  wasm: number;
  javascript: number;
  css: number;
  /** Milliseconds from the last byte of HTML to the page being live, one per load, ascending. */
  liveAfterMs: number[];
}

/** Loads the dashboard with an empty cache each time. */
export async function firstPage(url: string): Promise<FirstPage> {
  const browser = await playwright.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const context = await browser.newContext({ baseURL: url });
    const page = await context.newPage();
    await logIn(page, ADMIN.user, ADMIN.password);
    await page.waitForURL((now) => !now.pathname.startsWith("/login"));
    const state = await context.storageState();
    await context.close();
    const liveAfterMs: number[] = [];
    let files: string[] = [];
    for (let load = 0; load < LOADS; load += 1) {
      const seen = await coldLoad(browser, url, state);
      liveAfterMs.push(seen.liveAfterMs);
      files = seen.files;
    }
    liveAfterMs.sort((a, b) => a - b);
    return { ...(await sizes(files)), liveAfterMs };
  } finally {
    await browser.close();
  }
}

type State = Awaited<ReturnType<Awaited<ReturnType<Browser["newContext"]>>["storageState"]>>;

async function coldLoad(browser: Browser, url: string, storageState: State) {
  const context = await browser.newContext({ baseURL: url, storageState });
  await context.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.documentElement.hasAttribute("data-hydrated")) return;
      performance.mark("live");
      observer.disconnect();
    }).observe(document, { subtree: true, attributeFilter: ["data-hydrated"] });
  });
  const page = await context.newPage();
  await page.goto("/");
  await page.waitForSelector("html[data-hydrated]", { state: "attached" });
  const seen = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const [live] = performance.getEntriesByName("live");
    const files = performance.getEntriesByType("resource").map((entry) => entry.name);
    return { liveAfterMs: (live?.startTime ?? NaN) - (navigation?.responseEnd ?? NaN), files };
  });
  await context.close();
  return seen;
}

/** Sizes as the server sends them to a browser that takes Brotli. */
async function sizes(files: string[]): Promise<{ wasm: number; javascript: number; css: number }> {
  const context = await request.newContext({ extraHTTPHeaders: { "accept-encoding": "br" } });
  const sum = async (ending: string) => {
    let bytes = 0;
    for (const file of new Set(files.filter((name) => new URL(name).pathname.endsWith(ending)))) {
      const headers = (await context.get(file)).headers();
      if (headers["content-encoding"] !== "br") throw new Error(`${file} does not come in Brotli`);
      bytes += Number(headers["content-length"]);
    }
    return bytes;
  };
  const found = { wasm: await sum(".wasm"), javascript: await sum(".js"), css: await sum(".css") };
  await context.dispose();
  return found;
}
