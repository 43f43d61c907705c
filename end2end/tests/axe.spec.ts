import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { caller, design, enabledConnection, external } from "../fixtures/design";
import { expect, hydrated, test } from "../fixtures/switchboard";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const THEMES = ["light", "dark"] as const;

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

let paths: string[];

test.beforeAll(async ({ browser, app, administrator }) => {
  const page = await browser.newPage({ baseURL: app.url, storageState: administrator });
  const { integration, apiName } = await design(page);
  const user = await caller(page);
  const endpointUrl = `${app.url}/practice/echo`;
  const connection = await enabledConnection(page, integration, { environment: "Test", endpointUrl, inboundUser: user.name });
  await page.close();
  const jira = await external(app.url, user);
  const answer = await jira.post(`/inbound/${apiName}/message`, { data: { summary: "one to look at" } });
  const { transaction } = await answer.json();
  await jira.dispose();
  const own = `/integrations/${integration}`;
  paths = [
    ...["/", "/connections", "/connections?tab=inbound", "/processes", "/processes/new", "/integrations", "/integrations/new"],
    ...[own, `${own}/connections`, `${own}/connections/new`, `${own}/connections/${connection}`, `${own}/messages`],
    ...[`${own}/settings`, `${own}/variables`, "/applications", "/transactions", `/transactions/${transaction}`],
    ...["/inbound-users", "/inbound-users/new", "/oauth-profiles", "/protocol-profiles"],
    ...["/settings/general", "/settings/tokens", "/settings/audit", "/no-such-page"],
  ];
});

for (const theme of THEMES) {
  test(`every page is accessible, ${theme}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const path of paths) {
      await page.goto(path);
      await hydrated(page);
      await expect.soft(page.getByRole("heading", { level: 1 }), path).toHaveCount(1);
      expect.soft(await violations(page), path).toEqual([]);
    }
  });
}

test.describe("without a session", () => {
  test.use({ storageState: { cookies: [], origins: [] } });
  for (const theme of THEMES) {
    test(`the log-in is accessible, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto("/login");
      await hydrated(page);
      expect(await violations(page)).toEqual([]);
    });
  }
});
