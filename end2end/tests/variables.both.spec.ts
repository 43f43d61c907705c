import type { Locator, Page } from "@playwright/test";
import { design } from "../fixtures/design";
import { expect, open, runsScripts, test } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";

async function connection(page: Page): Promise<string> {
  const { integration } = await design(page);
  const id = await new ConnectionPage(page).create(integration, { name: "Test", environment: "Test" });
  const path = `/integrations/${integration}/connections/${id}`;
  await open(page, path);
  return path;
}

async function add(page: Page, key: string, value: string, secret = false): Promise<void> {
  await page.getByLabel("Variable key", { exact: true }).fill(key);
  await page.getByLabel("Variable value", { exact: true }).fill(value);
  if (secret) await page.locator(".variable-form").getByLabel("Secret", { exact: true }).check();
  await page.getByRole("button", { name: "Add variable", exact: true }).click();
  await expect(row(page, key)).toBeVisible();
}

function row(page: Page, key: string): Locator {
  return page.getByRole("listitem").filter({ has: page.locator("summary", { hasText: key }) });
}

test("a variable is changed and removed where it stands", async ({ page }) => {
  await connection(page);
  await add(page, "SITE", "eu-1");
  await add(page, "PROJECT", "OPS");
  const site = row(page, "SITE");
  await site.getByText("Edit", { exact: true }).click();
  await site.getByLabel("Value", { exact: true }).fill("eu-2");
  await site.getByLabel("Note", { exact: true }).fill("moved in May");
  await site.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
  await expect(site.locator("summary").first()).toContainText("eu-2");
  await expect(site.locator("summary").first()).toContainText("moved in May");
  await expect(row(page, "PROJECT").locator("summary").first()).toContainText("OPS");
  if ((await site.getByRole("button", { name: "Remove SITE" }).count()) === 0) {
    await site.getByText("Edit", { exact: true }).click();
  }
  await site.getByRole("button", { name: "Remove SITE" }).click();
  await expect(site).toHaveCount(0);
  await expect(row(page, "PROJECT")).toBeVisible();
});

test("a refused change keeps what was typed, in its own row only", async ({ page }) => {
  await connection(page);
  await add(page, "SITE", "eu-1");
  await add(page, "PROJECT", "OPS");
  const site = row(page, "eu-1");
  await site.getByText("Edit", { exact: true }).click();
  await site.getByLabel("Key", { exact: true }).fill("not a key!");
  await site.getByRole("button", { name: "Save", exact: true }).click();
  await expect(site.getByLabel("Key", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(site.getByLabel("Key", { exact: true })).toHaveValue("not a key!");
  await expect(page.locator("[aria-invalid=true]")).toHaveCount(1);
});

test("the value of a secret variable is replaced and never shown", async ({ page }) => {
  const path = await connection(page);
  await add(page, "PIN", "first-secret-value", true);
  const pin = row(page, "PIN");
  await expect(pin.locator("summary").first()).toContainText("Set on");
  await pin.getByText("Edit", { exact: true }).click();
  await pin.getByRole("button", { name: "Replace", exact: true }).click();
  await pin.getByLabel("Value", { exact: true }).fill("second-secret-value");
  await pin.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
  await open(page, path);
  expect(await page.content()).not.toMatch(/(first|second)-secret-value/);
});

test("saving a variable keeps what is being typed in the connection", async ({ page }) => {
  test.skip(!runsScripts(), "without JavaScript a page has one form at a time");
  await connection(page);
  await page.getByLabel("Endpoint URL", { exact: true }).fill("https://example.com/typed");
  await page.getByLabel("Authentication", { exact: true }).selectOption({ label: "Basic" });
  await add(page, "SITE", "eu-1");
  await expect(page.getByLabel("Endpoint URL", { exact: true })).toHaveValue("https://example.com/typed");
  await expect(page.getByText("2 unsaved changes")).toBeVisible();
  await expect(page.getByLabel("User", { exact: true })).toBeEnabled();
});
