import { codeConnection, pageOf, tested, tokenOf } from "../fixtures/oauth-records";
import { Oidc } from "../fixtures/oidc";
import { scripted } from "../fixtures/records";
import { expect, open, test as base } from "../fixtures/switchboard";
import { consent, leave } from "../pages/provider";
import type { APIRequestContext } from "@playwright/test";

const test = base.extend<object, { oidc: Oidc; api: APIRequestContext }>({
  oidc: [
    async ({}, use) => {
      const oidc = await Oidc.start();
      await use(oidc);
      await oidc.stop();
    },
    { scope: "worker" },
  ],
  api: [
    async ({ app }, use) => {
      const api = await scripted(app);
      await use(api);
      await api.dispose();
    },
    { scope: "worker" },
  ],
});

for (const kind of ["confidential", "public"]) {
  test(`a ${kind} client: to the provider and back to the same page`, async ({ page, oidc, api }) => {
    const made = await codeConnection(api, oidc, kind === "public");
    await open(page, pageOf(made));
    await expect(page.getByText("Not Configured").first()).toBeVisible();
    await leave(page, oidc, "Get OAuth token");
    await consent(page);
    await expect(page).toHaveURL(new RegExp(pageOf(made)));
    await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised by admin");
    expect(page.url()).not.toMatch(/code=|state=/);
    expect(await tested(api, made.connection)).toMatchObject({ verdict: "authorised", proven: true });
    // The access token dies: the refresh token brings the next one and is replaced itself.
    oidc.refuseTokens();
    expect(await tested(api, made.connection)).toMatchObject({ verdict: "authorised" });
    await open(page, pageOf(made));
    await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("new refresh token");
    await expect(page.getByRole("button", { name: "Re-authorise", exact: true })).toBeVisible();
  });
}

test("a consent that was denied is said on the connection's page", async ({ page, oidc, api }) => {
  const made = await codeConnection(api, oidc);
  await open(page, pageOf(made));
  await leave(page, oidc, "Get OAuth token");
  await page.getByRole("link", { name: /cancel/i }).click();
  await expect(page.getByText(/consent was not given/i).first()).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Press Get OAuth token again");
  expect(page.url()).not.toMatch(/code=/);
  expect((await tokenOf(api, made.connection)).status).toBe("none");
  await leave(page, oidc, "Get OAuth token");
  await consent(page);
  await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised");
});

test("a consent withdrawn at the provider ends in Expired, and Re-authorise mends it", async ({ page, oidc, api }) => {
  const made = await codeConnection(api, oidc);
  await open(page, pageOf(made));
  await leave(page, oidc, "Get OAuth token");
  await consent(page);
  await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised");
  expect(await tested(api, made.connection)).toMatchObject({ verdict: "authorised" });
  oidc.withdrawConsent();
  expect(await tested(api, made.connection)).toMatchObject({ verdict: "failed" });
  await open(page, pageOf(made));
  await expect(page.getByText("Expired", { exact: true }).first()).toBeVisible();
  await leave(page, oidc, "Re-authorise");
  await consent(page);
  await expect(page.getByText("Expired", { exact: true })).toHaveCount(0);
  expect(await tested(api, made.connection)).toMatchObject({ verdict: "authorised" });
});

test("a callback that nobody began, or is repeated, brings nothing", async ({ page, oidc, api }) => {
  const made = await codeConnection(api, oidc);
  await open(page, `/oauth/callback/${made.connection}?code=stolen&state=made-up&iss=${oidc.issuer}`);
  await expect(page.getByText(/No authorisation waits for this answer/).first()).toBeVisible();
  expect((await tokenOf(api, made.connection)).status).toBe("none");
  await open(page, pageOf(made));
  let callback = "";
  page.on("request", (request) => {
    if (request.url().includes("/oauth/callback/")) callback = request.url();
  });
  await leave(page, oidc, "Get OAuth token");
  await consent(page);
  await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised");
  expect(callback).toContain("code=");
  await open(page, callback);
  await expect(page.getByText(/No authorisation waits for this answer/).first()).toBeVisible();
  expect((await tokenOf(api, made.connection)).status).toBe("live");
});
