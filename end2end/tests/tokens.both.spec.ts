import { api } from "../fixtures/design";
import { expect, hydrated, open, runsScripts, test, unique } from "../fixtures/switchboard";
import { ApiTokens } from "../pages/settings";

test("a new token is shown once, and works", async ({ page, app, context }) => {
  const name = unique("pipeline");
  const answered = page.waitForResponse((answer) => answer.url().includes("/fn/create_token"));
  const token = await new ApiTokens(page).create(name);
  expect(token).toMatch(/^sbd_/);
  const answer = await answered;
  expect(answer.status()).toBe(200);
  expect(answer.headers()["cache-control"]).toContain("no-store");

  const notice = page.getByRole("status").filter({ hasText: "Copy the token now" });
  await expect(notice).toContainText(name);
  await expect(page.getByRole("cell", { name, exact: true })).toBeVisible();
  expect(page.url()).not.toContain(token);
  for (const cookie of await context.cookies()) expect(cookie.value).not.toContain(token);
  expect(app.log()).not.toContain(token);

  const script = await api(app.url, token);
  expect((await script.get("/api/v1/applications")).status()).toBe(200);
  await script.dispose();

  await open(page, "/settings/tokens");
  await expect(page.getByRole("cell", { name, exact: true })).toBeVisible();
  expect(await page.content()).not.toContain(token);
});

test("a token without a name is refused beside the field", async ({ page }) => {
  await open(page, "/settings/tokens");
  await page.getByLabel("Days until it expires", { exact: true }).fill("30");
  await page.getByRole("button", { name: "New token", exact: true }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Days until it expires", { exact: true })).toHaveValue("30");
});

test("the page of a form that was posted before it became live becomes live where it belongs", async ({ page }) => {
  test.skip(!runsScripts(), "there is nothing to become live");
  // The program of the page arrives only after the form was sent.
  const held: (() => void)[] = [];
  let holding = true;
  await page.route("**/*.wasm", async (route) => {
    if (holding) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue().catch(() => undefined);
  });
  await page.goto("/settings/tokens", { waitUntil: "commit" });
  await page.getByLabel("Name", { exact: true }).fill(unique("early"));
  await page.getByRole("button", { name: "New token", exact: true }).click();
  await expect(page.getByText("Copy the token now")).toBeVisible();
  holding = false;
  for (const release of held) release();
  await hydrated(page);
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  await expect(page.getByText("Copy the token now")).toBeVisible();
  await page.getByRole("link", { name: "Audit", exact: true }).click();
  await page.getByRole("link", { name: "API tokens", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "API tokens" })).toBeVisible();
  await expect(page.getByText("Copy the token now")).toBeHidden();
});
