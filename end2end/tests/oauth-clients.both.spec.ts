import { caller, design, enabledConnection, external } from "../fixtures/design";
import { expect, open, test, unique } from "../fixtures/switchboard";
import { ask, confirm } from "../pages/controls";
import { OauthClients } from "../pages/oauth-clients";

test("a client fetches a token with its secret, posts with it, and is deleted", async ({ page, app }) => {
  const { integration, apiName } = await design(page);
  const jira = await caller(page);
  await enabledConnection(page, integration, {
    environment: "Test",
    endpointUrl: `${app.url}/practice/echo`,
    inboundUser: jira.name,
  });
  const clients = new OauthClients(page);
  const name = unique("Jira client");
  const id = await clients.create({ name, inboundUser: jira.name });
  await expect(page.getByText("No secret yet")).toBeVisible();
  const clientId = (await page.locator("dl.facts code").nth(1).innerText()).trim();
  const secret = await clients.newSecret();
  expect(secret).toMatch(/^sbcs_/);

  const system = await external(app.url);
  const fetchToken = () =>
    system.post("/oauth_token.do", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      form: { grant_type: "client_credentials", client_id: clientId, client_secret: secret },
    });
  const answer = await fetchToken();
  expect(answer.status()).toBe(200);
  expect(answer.headers()["cache-control"]).toContain("no-store");
  const { access_token, token_type } = await answer.json();
  expect(token_type).toBe("Bearer");
  const posted = await system.post(`/inbound/${apiName}/message`, {
    data: {},
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(posted.status()).toBe(202);

  await open(page, `/oauth-clients/${id}`);
  expect(await page.content()).not.toContain(secret);
  await expect(page.getByRole("button", { name: /^Revoke sbcs_/ })).toBeVisible();
  const question = await ask(page, "Delete");
  await question.getByLabel("Type the name to confirm", { exact: true }).fill(name);
  await confirm(page, question, "Delete");
  await expect(page).toHaveURL(/\/oauth-clients/);
  expect((await fetchToken()).status()).toBe(401);
  await system.dispose();
  for (const hidden of [secret, access_token]) expect(app.log()).not.toContain(hidden);
});

test("a secret is revoked after it was said what it serves", async ({ page, app }) => {
  const jira = await caller(page);
  const clients = new OauthClients(page);
  const name = unique("Jira client");
  const id = await clients.create({ name, inboundUser: jira.name });
  const secret = await clients.newSecret();
  const begins = secret.slice(0, 10);
  await open(page, `/oauth-clients/${id}`);
  const question = await clients.askToRevoke(begins);
  await expect(question).toContainText(`${begins}… of the OAuth client ${name}`);
  await expect(question).toContainText("It was never used");
  await expect(question).toContainText("No connection names the inbound user");
  await open(page, `/oauth-clients/${id}`);
  await clients.revoke(begins);
  await expect(page.getByText("No secret yet")).toBeVisible();
  expect(app.log()).not.toContain(secret);
});

test("a client without a grant is refused beside the field", async ({ page }) => {
  const jira = await caller(page);
  await open(page, "/oauth-clients/new");
  await page.getByLabel("Name", { exact: true }).fill(unique("Nothing"));
  await page.getByLabel("Inbound user", { exact: true }).selectOption({ label: `${jira.name} (${jira.userId})` });
  const grant = page.getByRole("switch", { name: "Client credentials", exact: true });
  await grant.uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(page.getByText("Allow at least one grant.")).toBeVisible();
});
