import { defineConfig } from "@playwright/test";
import { chromium } from "./fixtures/chromium";

const launch = {
  executablePath: chromium(),
  // The test machine is often a container: no sandbox, no GPU, and no calls home.
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/**
 * Two projects: `js` runs everything, `nojs` runs what must work without JavaScript. A file says which by
 * its name: `*.both.spec.ts` in both, `*.nojs.spec.ts` only without, `*.spec.ts` only with.
 */
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 8_000 },
  reporter: "list",
  use: {
    launchOptions: launch,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    { name: "js", testIgnore: "**/*.nojs.spec.ts" },
    { name: "nojs", testMatch: ["**/*.both.spec.ts", "**/*.nojs.spec.ts"], use: { javaScriptEnabled: false } },
  ],
});
