import type { Page } from "@playwright/test";

/** Fills the form at `/login` and sends it. */
export async function logIn(page: Page, user: string, password: string): Promise<void> {
  if (!/\/login/.test(page.url())) await page.goto("/login");
  await page.getByLabel("User name", { exact: true }).fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForLoadState();
}
