import { design } from "../fixtures/design";
import { expect, open, runsScripts, test, unique } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";
import { choose, recordId, save } from "../pages/controls";
import { OauthProfilePage } from "../pages/oauth-profile";

/** What each grant brings besides the fields every profile has. */
const GRANTS: Record<string, string[]> = {
  "Authorization code": [
    "Authorization URL",
    "Authorization parameters",
    "PKCE",
    "Refresh token rotates",
    "Inactivity (days)",
    "Absolute life (days)",
    "Refresh token life (days)",
  ],
  "Client credentials": [],
  "Resource owner password": ["User", "Password"],
  "JWT bearer": ["Subject", "Private key", "Key ID", "Assertion audience"],
};

/** What each way of proving the client brings. */
const AUTHENTICATIONS: Record<string, string[]> = {
  "Client secret in the header": ["Client secret"],
  "Client secret in the form body": ["Client secret"],
  "Private key JWT": ["Private key", "Key ID", "Assertion audience"],
  "Client certificate (mutual TLS)": ["Protocol profile"],
  "None: a public client": [],
};

const ALWAYS = ["Name", "Provider", "Issuer", "Token URL", "Revocation URL", "Client ID", "Scopes", "API origins"];

test("the form asks for what the grant needs and nothing else", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  const brought = new Set(Object.values(GRANTS).flat());
  await choose(profile.field("Client authentication"), "None: a public client");
  for (const [grant, fields] of Object.entries(GRANTS)) {
    await choose(profile.field("Grant type"), grant);
    for (const label of [...ALWAYS, ...brought]) {
      const visible = ALWAYS.includes(label) || fields.includes(label);
      await expect(profile.field(label), `${label} with ${grant}`).toBeVisible({ visible });
    }
  }
});

test("the form asks for what proves the client", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  const brought = new Set(Object.values(AUTHENTICATIONS).flat());
  await choose(profile.field("Grant type"), "Client credentials");
  for (const [authentication, fields] of Object.entries(AUTHENTICATIONS)) {
    await choose(profile.field("Client authentication"), authentication);
    for (const label of brought) {
      await expect(profile.field(label), `${label} with ${authentication}`).toBeVisible({ visible: fields.includes(label) });
    }
  }
});

test("a provider fills in what is known about it, and its guide says how to register", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew("?origin=https%3A%2F%2Fapi.example.com");
  await expect(profile.field("Instance")).toBeHidden();
  await profile.fillIn("ServiceNow", { Instance: "acme" });
  await expect(profile.field("Token URL")).toHaveValue("https://acme.service-now.com/oauth_token.do");
  await expect(profile.field("Authorization URL")).toHaveValue("https://acme.service-now.com/oauth_auth.do");
  await expect(profile.field("Refresh token life (days)")).toHaveValue("100");
  await expect(profile.field("API origins")).toHaveValue(/https:\/\/api\.example\.com/);
  await expect(profile.field("API origins")).toHaveValue(/https:\/\/acme\.service-now\.com/);
  await expect(page.getByRole("complementary", { name: "Guide" })).toContainText("Application Registry");

  await profile.fillIn("Atlassian");
  await expect(profile.field("Audience")).toHaveValue("api.atlassian.com");
  await expect(profile.field("Authorization parameters")).toHaveValue("prompt=consent");
  await expect(page.getByRole("switch", { name: "Refresh token rotates" })).toBeChecked();
  await expect(page.getByRole("complementary", { name: "Guide" })).toContainText("developer.atlassian.com");
});

test("the guide is that of the grant", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  const guide = page.getByRole("complementary", { name: "Guide" });
  await expect(guide.getByText(/with the redirect URL/)).toBeVisible();
  await expect(guide.getByRole("heading", { name: "Redirect URLs" })).toBeVisible();
  for (const grant of ["Client credentials", "Resource owner password", "JWT bearer"]) {
    await choose(profile.field("Grant type"), grant);
    await expect(guide.getByText(/redirect URL|offline_access/).filter({ visible: true })).toHaveCount(0);
    await expect(guide.getByRole("heading", { name: "Redirect URLs" })).toBeHidden();
    await expect(guide.getByText(/Copy Client ID/).filter({ visible: true })).toHaveCount(1);
  }
  await expect(page.getByRole("button", { name: "Find URLs from the issuer" })).toBeVisible();
});

test("a placeholder that is wrong is said beside it", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  await profile.fillIn("Microsoft Entra ID", { Tenant: "https://contoso.example/" });
  await expect(profile.field("Tenant")).toHaveAttribute("aria-invalid", "true");
  await expect(profile.field("Tenant")).toHaveAccessibleDescription(/letters, digits/);
  await expect(profile.field("Token URL")).toHaveValue("");
});

test("a placeholder that is blank fills in nothing", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  const preset = page.locator('input[name="form[preset]"]');
  const before = await preset.inputValue();
  await profile.fillIn("ServiceNow");
  await expect(profile.field("Instance")).toHaveAttribute("aria-invalid", "true");
  for (const label of ["Name", "Token URL", "Authorization URL", "API origins"]) await expect(profile.field(label)).toHaveValue("");
  await expect(preset).toHaveValue(before);
});

test("what is refused keeps what was typed, but no secret", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  await choose(profile.field("Grant type"), "Client credentials");
  await profile.field("Name").fill("Refused");
  await profile.field("Token URL").fill("ftp://example.com");
  await profile.field("Scopes").fill("read:all");
  await profile.field("Client secret").fill("client-secret-canary");
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(profile.field("Token URL")).toHaveAttribute("aria-invalid", "true");
  await expect(profile.field("Client ID")).toHaveAttribute("aria-invalid", "true");
  await expect(profile.field("Token URL")).toHaveValue("ftp://example.com");
  await expect(profile.field("Scopes")).toHaveValue("read:all");
  expect(await page.content()).not.toContain("client-secret-canary");
});

test("a secret is set once, never shown, and cleared only after it was said", async ({ page }) => {
  const profile = new OauthProfilePage(page);
  await profile.openNew();
  await choose(profile.field("Grant type"), "Client credentials");
  await profile.field("Name").fill(unique("Provider"));
  await profile.field("Token URL").fill("https://login.example.com/token");
  await profile.field("Client ID").fill("switchboard");
  await profile.field("Client secret").fill("client-secret-canary");
  await profile.field("API origins").fill("https://api.example.com");
  await save(page);
  await recordId(page, "oauth-profiles");
  expect(await page.content()).not.toContain("client-secret-canary");
  await expect(page.getByText(/^Set on /).first()).toBeVisible();
  if (runsScripts()) {
    await choose(profile.field("Client authentication"), "None: a public client");
    await expect(page.getByText("Saving clears the stored client secret.")).toBeVisible();
  }
});

test("the profile lists the redirect URL of each connection, and the connection's page has its button", async ({ page, app }) => {
  const profile = new OauthProfilePage(page);
  const name = unique("Consent");
  await profile.openNew(`?origin=${encodeURIComponent(app.url)}`);
  await profile.field("Name").fill(name);
  await profile.field("Authorization URL").fill("https://login.example.com/authorize");
  await profile.field("Token URL").fill("https://login.example.com/token");
  await profile.field("Client ID").fill("switchboard");
  await profile.field("Client secret").fill("client-secret-1");
  await save(page);
  const id = await recordId(page, "oauth-profiles");

  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  await connection.fill({ environment: "Test", endpointUrl: `${app.url}/practice/echo`, authentication: "OAuth 2.0" });
  await choose(connection.field("OAuth profile"), name);
  await connection.save();
  const made = await recordId(page, "connections");
  await expect(page.getByRole("button", { name: "Get OAuth token", exact: true })).toBeVisible();
  await expect(page.getByText(`${app.url}/oauth/callback/${made}`)).toBeVisible();
  await expect(page.getByText(/Missing: .*press Get OAuth token/)).toBeVisible();
  await expect(page.getByRole("link", { name: `Open ${name}`, exact: true })).toHaveAttribute("href", `/oauth-profiles/${id}`);

  await open(page, `/oauth-profiles/${id}`);
  await expect(page.getByRole("complementary", { name: "Guide" })).toContainText(`/oauth/callback/${made}`);
});
