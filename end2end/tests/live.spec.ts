import type { APIRequestContext } from "@playwright/test";
import { api, caller, design, enabledConnection, external } from "../fixtures/design";
import { ADMIN } from "../fixtures/program";
import { expect, open, test } from "../fixtures/switchboard";

let made: { integration: string; connection: string; path: string; jira: APIRequestContext; script: APIRequestContext };

test.beforeAll(async ({ browser, app, administrator }) => {
  const page = await browser.newPage({ baseURL: app.url, storageState: administrator });
  const { integration, apiName } = await design(page);
  const user = await caller(page);
  const endpointUrl = `${app.url}/practice/echo`;
  const connection = await enabledConnection(page, integration, { environment: "Test", endpointUrl, inboundUser: user.name });
  const script = await api(app.url, app.run(["token", "create", "live", "--user", ADMIN.user], ADMIN.password).trim());
  await page.close();
  made = { integration, connection, path: `/inbound/${apiName}/message`, jira: await external(app.url, user), script };
});

test.afterAll(async () => {
  await made?.jira.dispose();
  await made?.script.dispose();
});

async function arrive(): Promise<string> {
  const answer = await made.jira.post(made.path, { data: { summary: "live" } });
  expect(answer.status()).toBe(202);
  return (await answer.json()).transaction;
}

/** Makes a connection as a script does. */
async function add(name: string): Promise<void> {
  const data = { name, environment: "sandbox", authentication: "none" };
  const answer = await made.script.post(`/api/v1/integrations/${made.integration}/connections`, { data });
  expect(answer.status(), await answer.text()).toBe(201);
}

test("an open list shows what arrives, and keeps what is typed above it", async ({ page }) => {
  await open(page, "/transactions");
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.getByLabel("Number, message or message id").fill("half a wo");
  const number = await arrive();
  await expect(page.getByRole("link", { name: number, exact: true })).toBeVisible();
  await expect(page.getByLabel("Number, message or message id")).toHaveValue("half a wo");
  expect(await page.evaluate(() => "same" in window), "without a reload").toBe(true);
});

test("what changed between rendering and listening is not missed", async ({ page }) => {
  // The program of the page arrives late; the transaction is made meanwhile.
  let number = "";
  await page.route("**/*.wasm", async (route) => {
    number = await arrive();
    await route.continue();
  });
  await page.goto("/transactions");
  await expect.poll(() => number).not.toBe("");
  await expect(page.getByRole("link", { name: number, exact: true })).toBeVisible();
});

test("a hidden tab does not listen; shown again it catches up", async ({ page, context }) => {
  await open(page, "/transactions");
  const first = await arrive();
  await expect(page.getByRole("link", { name: first, exact: true })).toBeVisible();
  const turn = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  await turn(true);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const other = await context.newPage();
  await open(other, "/transactions");
  const second = await arrive();
  // Who is not hidden has been told, so this page would have been.
  await expect(other.getByRole("link", { name: second, exact: true })).toBeVisible();
  expect(asked, "nothing is asked for while hidden").toEqual([]);
  await other.close();
  await turn(false);
  await expect(page.getByRole("link", { name: second, exact: true })).toBeVisible();
});

test("an open dialog is left alone until it is closed", async ({ page }) => {
  const list = `/integrations/${made.integration}/connections`;
  await open(page, list);
  await add("Shown");
  await expect(page.getByRole("link", { name: "Shown", exact: true })).toBeVisible();
  await page.getByRole("row").filter({ hasText: "Shown" }).getByRole("button", { name: "Enable" }).click();
  const dialog = page.getByRole("dialog", { name: "Enable" });
  await expect(dialog).toContainText("Shown");
  const told = page.waitForResponse((answer) => answer.url().includes("/fn/connections"));
  await add("Later");
  await expect(dialog).toContainText("Shown");
  await expect(page.getByText("Later", { exact: true })).toBeHidden();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await told;
  await expect(page.getByRole("link", { name: "Later", exact: true })).toBeVisible();
});

test("the side of a connection's page updates, the form beside it does not", async ({ page }) => {
  await open(page, `/integrations/${made.integration}/connections/${made.connection}`);
  await page.getByLabel("Description", { exact: true }).fill("half a sentence");
  const tested = await made.script.post(`/api/v1/connections/${made.connection}/test`);
  expect(tested.status()).toBe(200);
  await expect(page.getByRole("complementary", { name: "Activity" })).toContainText("Authorised");
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue("half a sentence");
  await expect(page.getByText("1 unsaved change")).toBeVisible();
});
