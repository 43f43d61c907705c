import type { Page } from "@playwright/test";
import { expect, open, test, unique } from "../fixtures/switchboard";
import { ask, choose, control, save } from "../pages/controls";
import { ApiTokens } from "../pages/settings";

/** Makes a webhook channel to `url`. */
async function webhook(page: Page, url: string): Promise<string> {
  const name = unique("Operators");
  await open(page, "/settings/notifications");
  await control(page.getByRole("main"), "New channel").click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await choose(page.getByLabel("Kind", { exact: true }), "Webhook");
  await page.getByLabel("URL", { exact: true }).fill(url);
  await save(page);
  return name;
}

test("a channel is made, tried and deleted, and its URL is never shown again", async ({ page, app }) => {
  const name = await webhook(page, `${app.url}/practice/echo?token=s3cret-hook`);
  expect(await page.content()).not.toContain("s3cret-hook");
  await page.getByRole("button", { name: "Send a test notice", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "The test notice was taken" })).toBeVisible();

  await open(page, "/settings/notifications");
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText(app.url);
  await expect(row).toContainText("Active");

  await row.getByRole("link", { name, exact: true }).click();
  const question = await ask(page, "Delete");
  await question.getByRole("textbox").fill(name);
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("a channel that does not take the test notice says why", async ({ page, app }) => {
  await webhook(page, `${app.url}/practice/status/503`);
  await page.getByRole("button", { name: "Send a test notice", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("It answered 503");
});

test("e-mail asks for recipients, a webhook for its URL", async ({ page }) => {
  await open(page, "/settings/notifications/new");
  await page.getByLabel("Name", { exact: true }).fill(unique("Nobody"));
  await expect(page.getByLabel("Recipients", { exact: true })).toBeVisible();
  await expect(page.getByLabel("URL", { exact: true })).toBeHidden();
  await expect(page.getByText(/This installation has no mail server/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toHaveCount(1);
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(page.getByLabel("Recipients", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await choose(page.getByLabel("Kind", { exact: true }), "Slack");
  await expect(page.getByLabel("URL", { exact: true })).toBeVisible();
  await expect(page.getByLabel("Recipients", { exact: true })).toBeHidden();
  await expect(page.getByText(/This installation has no mail server/)).toBeHidden();
});

test("the expiry radar lists an API token with the days left", async ({ page }) => {
  const name = unique("radar");
  await new ApiTokens(page).create(name);
  await open(page, "/expiry");
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("in 364 days");
  await open(page, `/expiry?search=${name}&within=30`);
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(0);
});

test("the keys page says how to rotate", async ({ page }) => {
  await open(page, "/settings/keys");
  await expect(page.getByRole("cell", { name: "Active" })).toBeVisible();
  await expect(page.getByText("switchboard key rotate", { exact: true })).toBeVisible();
});
