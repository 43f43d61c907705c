import { expect, type Page } from "@playwright/test";
import type { Oidc } from "../fixtures/oidc";

/** Presses the button on a connection's page and arrives at the provider. */
export async function leave(page: Page, oidc: Oidc, button: "Get OAuth token" | "Re-authorise"): Promise<void> {
  // The provider's pages ask for a font that tests do not fetch.
  await page.route(/fonts\.googleapis\.com/, (route) => route.fulfill({ contentType: "text/css", body: "" }));
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`^${oidc.issuer}/interaction/`));
}

/** Logs in at the provider, unless it remembers, and agrees. */
export async function consent(page: Page): Promise<void> {
  const login = page.getByPlaceholder("Enter any login");
  if (await login.isVisible()) {
    await login.fill("ada");
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
  }
  await page.getByRole("button", { name: "Continue" }).click();
}
