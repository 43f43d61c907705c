import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { caller, design, enabledConnection, external } from "../fixtures/design";
import { Program } from "../fixtures/program";
import { isOf, pagePaths } from "../fixtures/routes";
import { expect, hydrated, open, test, unique } from "../fixtures/switchboard";
import { control, recordId, save } from "../pages/controls";
import { Integrations } from "../pages/integration";
import { OauthClients } from "../pages/oauth-clients";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const THEMES = ["light", "dark"] as const;
/** Pages for those who are not logged in. */
const ENTRANCE = ["/login", "/setup"];
const NOWHERE = "/no-such-page";

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

let paths: string[];

test.beforeAll(async ({ browser, app, administrator }) => {
  const page = await browser.newPage({ baseURL: app.url, storageState: administrator });
  const { integration, apiName } = await design(page);
  await new Integrations(page).createMessage(integration, { name: "create", path: "/issue" });
  const message = await recordId(page, `integrations/${integration}/messages`);
  const user = await caller(page);
  const endpointUrl = `${app.url}/practice/echo`;
  const connection = await enabledConnection(page, integration, { environment: "Test", endpointUrl, inboundUser: user.name });
  const client = { "Authorization URL": endpointUrl, "Token URL": endpointUrl, "Client ID": "axe" };
  const oauthProfile = await profile(page, "oauth-profiles", "New OAuth profile", client);
  const oauthClient = await new OauthClients(page).create({ name: unique("Axe"), inboundUser: user.name });
  const secret = await revocation(page, `oauth-clients/${oauthClient}`, "New secret");
  const protocolProfile = await profile(page, "protocol-profiles", "New protocol profile", {});
  const [process, application] = [await first(page, "processes"), await first(page, "applications")];
  const inboundUser = await first(page, "inbound-users");
  const credential = await revocation(page, `inbound-users/${inboundUser}`, "Add credential");
  const channel = await profile(page, "settings/notifications", "New channel", { Recipients: "axe@example.com" });
  await page.close();
  const jira = await external(app.url, user);
  const answer = await jira.post(`/inbound/${apiName}/message`, { data: { summary: "one to look at" } });
  const { transaction } = await answer.json();
  await jira.dispose();
  const own = `/integrations/${integration}`;
  const ofConnection = `${own}/connections/${connection}`;
  paths = [
    ...["/", "/connections", "/connections/new", "/connections?tab=inbound", "/transactions", "/transactions?state=error", `/transactions/${transaction}`],
    ...["/processes", "/processes/new", `/processes/${process}`, `/processes/${process}/endpoints/message`],
    ...["/applications", "/applications/new", `/applications/${application}`],
    ...["/integrations", "/integrations/new", own, `${own}/enable`, `${own}/settings`, `${own}/variables`],
    ...[`${own}/messages`, `${own}/messages/new`, `${own}/messages/${message}`],
    ...[`${own}/connections`, `${own}/connections/new`, ofConnection, `${ofConnection}/test`],
    ...[`${ofConnection}/enable`, `${ofConnection}/disable`, `${ofConnection}/duplicate`, `${ofConnection}/revoke-token`, `/delete/connection/${connection}`],
    ...["/inbound-users", "/inbound-users/new", `/inbound-users/${inboundUser}`, credential],
    ...["/oauth-clients", "/oauth-clients/new", `/oauth-clients/${oauthClient}`, secret],
    ...["/oauth-profiles", "/oauth-profiles/new", `/oauth-profiles/${oauthProfile}`],
    ...["/protocol-profiles", "/protocol-profiles/new", `/protocol-profiles/${protocolProfile}`],
    ...["/expiry", "/settings/keys", "/settings/notifications", "/settings/notifications/new", `/settings/notifications/${channel}`],
    ...["/settings", "/settings/general", "/settings/tokens", "/settings/audit", "/docs/api", NOWHERE],
  ];
});

/** Makes a profile and returns its id. */
async function profile(page: Page, folder: string, button: string, fields: Record<string, string>): Promise<string> {
  await open(page, `/${folder}`);
  await control(page.getByRole("main"), button).click();
  await page.getByLabel("Name", { exact: true }).fill(unique("Axe"));
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  await save(page);
  return recordId(page, folder);
}

/** Makes a credential or a secret by `button` and returns the page that revokes it. */
async function revocation(page: Page, record: string, button: string): Promise<string> {
  await open(page, `/${record}`);
  const label = page.getByLabel("Label", { exact: true });
  if (await label.count()) await label.fill(unique("axe"));
  await page.getByRole("button", { name: button, exact: true }).click();
  const question = page.locator('form[action$="/revoke"]').first();
  await expect(question).toBeAttached();
  return (await question.getAttribute("action")) ?? "";
}

/** The id of the first record of a list. */
async function first(page: Page, folder: string): Promise<string> {
  await open(page, `/${folder}`);
  const links = page.getByRole("main").locator(`a[href^="/${folder}/"]:not([href$="/new"])`);
  return (await links.first().getAttribute("href"))?.split("/").pop() ?? "";
}

test("every page of the interface is looked at", () => {
  const pages = pagePaths();
  expect(pages.length).toBeGreaterThan(30);
  const forgotten = pages.filter((page) => ![...paths, ...ENTRANCE].some((path) => isOf(page, path)));
  expect(forgotten, "add them to the paths above").toEqual([]);
});

for (const theme of THEMES) {
  test(`every page is accessible, ${theme}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const path of paths) {
      const answer = await page.goto(path);
      expect.soft(answer?.status(), path).toBe(path === NOWHERE ? 404 : 200);
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

    test(`the set-up is accessible, ${theme}`, async ({ page }) => {
      const program = await Program.start({ SWITCHBOARD_ADMIN_USER: undefined, SWITCHBOARD_ADMIN_PASSWORD: undefined });
      try {
        const path = /\/setup\?code=[^\s"\\]+/.exec(program.log())?.[0];
        await page.emulateMedia({ colorScheme: theme });
        for (const address of ["/setup", path]) {
          await page.goto(`${program.url}${address}`);
          await hydrated(page);
          await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
          expect(await violations(page), address).toEqual([]);
        }
      } finally {
        await program.discard();
      }
    });
  }
});
