import { api } from "../fixtures/design";
import { expect, open, test } from "../fixtures/switchboard";
import { ApiTokens } from "../pages/settings";

test("the REST API is described route by route", async ({ page }) => {
  await open(page, "/settings/general");
  await page.getByRole("main").getByRole("link", { name: "REST API", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "REST API" })).toBeVisible();
  const route = page.locator("details").filter({ has: page.getByText("/api/v1/integrations/{id}/messages/{name}", { exact: true }) });
  await route.locator("summary").filter({ hasText: "POST" }).click();
  await expect(route).toContainText("Idempotency-Key");
  await expect(route).toContainText("curl -X POST");
});

test("the type of a problem is a place on the page", async ({ page, app }) => {
  const script = await api(app.url, await new ApiTokens(page).create("reader"));
  const problem = await (await script.get("/api/v1/nowhere")).json();
  expect(problem.type).toBe("/docs/api#not-found");
  await open(page, problem.type);
  await expect(page.locator("#not-found")).toContainText("404");
  const asToken = await script.get("/docs/api", { headers: { accept: "text/html" } });
  expect(asToken.status()).toBe(200);
  expect(await asToken.text()).toContain("id=\"not-found\"");
  await script.dispose();
});
