import { createHmac } from "node:crypto";
import { caller, design, enabledConnection, external, type Caller, type Design } from "../fixtures/design";
import { expect, open, test, unique } from "../fixtures/switchboard";
import { Credentials } from "../pages/credentials";

/** Designed once per file: each test adds credentials of its own. */
let made: { design: Design; caller: Caller; path: string; process: string };

test.beforeAll(async ({ browser, app, administrator }) => {
  const page = await browser.newPage({ baseURL: app.url, storageState: administrator });
  const designed = await design(page);
  const jira = await caller(page);
  await enabledConnection(page, designed.integration, {
    environment: "Test",
    endpointUrl: `${app.url}/practice/echo`,
    inboundUser: jira.name,
  });
  await open(page, "/processes");
  const link = page.getByRole("main").getByRole("link", { name: designed.processName, exact: true });
  const process = (await link.getAttribute("href"))?.split("/").pop() ?? "";
  await page.close();
  made = { design: designed, caller: jira, path: `/inbound/${designed.apiName}/message`, process };
});

test("an API key is shown once, lets in, and ends when it is revoked", async ({ page, app }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  const label = unique("key");
  const key = await credentials.secret(await credentials.add("API key", label, { Header: "X-Jira-Key" }));
  expect(key).toMatch(/^sbk_/);
  const jira = await external(app.url);
  const post = () => jira.post(made.path, { data: {}, headers: { "X-Jira-Key": key } });
  expect((await post()).status()).toBe(202);

  await credentials.of(made.caller.name);
  await expect(page.getByRole("cell", { name: label }).first()).toBeVisible();
  expect(await page.content()).not.toContain(key);
  const question = await credentials.askToRevoke(label);
  await expect(question).toContainText(`API key ${label} of ${made.caller.name}`);
  await expect(question).toContainText("It was last used");
  await expect(question).toContainText(`active, of ${made.design.integrationName}`);
  expect((await post()).status(), "nothing is revoked before it is confirmed").toBe(202);
  await credentials.of(made.caller.name);
  await credentials.revoke(label);
  expect((await post()).status()).toBe(401);
  await jira.dispose();
  expect(app.log()).not.toContain(key);
});

test("a path token comes with the URL to post to", async ({ page, app }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  const notice = await credentials.add("Path token", unique("token"));
  const token = await credentials.secret(notice);
  await expect(notice).toContainText(`${made.path}/${token}`);
  const jira = await external(app.url);
  expect((await jira.post(`${made.path}/${token}`, { data: {} })).status()).toBe(202);
  expect((await jira.post(`${made.path}/sbp_unknown`, { data: {} })).status()).toBe(401);
  await jira.dispose();
  expect(app.log()).not.toContain(token);
});

test("a signature lets in, and a wrong one is explained", async ({ page, app }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  const secret = "a-secret-of-github";
  await credentials.add("Signature", unique("hook"), { "Signed as": "GitHub", "Signing secret": secret });
  const body = JSON.stringify({ action: "opened" });
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const github = await external(app.url);
  const answer = await github.post(made.path, { data: body, headers: { "X-Hub-Signature-256": signature } });
  expect(answer.status()).toBe(202);
  await github.dispose();

  const paste = async (pasted: string) => {
    await open(page, `/processes/${made.process}/endpoints/message`);
    await page.getByLabel("Request", { exact: true }).fill(pasted);
    await page.getByRole("button", { name: "Explain", exact: true }).click();
  };
  const request = (sent: string) =>
    `POST ${made.path} HTTP/1.1\nContent-Type: application/json\nX-Hub-Signature-256: ${signature}\n\n${sent}`;
  await paste(request(body));
  await expect(page.getByRole("status").filter({ hasText: "202: it would be taken" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Checks" })).toContainText(`Recognised as ${made.caller.userId}`);
  await paste(request(`${body} `.replace("opened", "closed")));
  await expect(page.getByRole("status").filter({ hasText: "401: It would be refused" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Checks" })).toContainText("another secret, or the body was changed");
});

test("what is shown once is shown where the eye is", async ({ page }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  const notice = await credentials.add("API key", unique("key"));
  await expect(notice).toBeInViewport({ ratio: 1 });
  await expect(notice).toBeFocused();
});

test("a fingerprint does not push the table out of its card", async ({ page }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  const label = unique("certificate");
  const fingerprint = "0123456789abcdef".repeat(4);
  await credentials.add("Client certificate", label, { "Fingerprint or subject": fingerprint });
  await credentials.of(made.caller.name);
  const cell = page.getByRole("row").filter({ hasText: label }).getByTitle(new RegExp(fingerprint));
  await expect(cell).toHaveText("SHA-256 fingerprint: 01234567…89abcdef");
  const scroll = page.locator("#credentials .table-scroll");
  expect(await scroll.evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0);
});

test("a further password counts beside the first", async ({ page, app }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  const label = unique("rotation");
  await credentials.add("Password", label, { "Further password": "the-second-one" });
  for (const password of [made.caller.password, "the-second-one"]) {
    const jira = await external(app.url, { userId: made.caller.userId, password });
    expect((await jira.post(made.path, { data: {} })).status()).toBe(202);
    await jira.dispose();
  }
});

test("what is wrong stands beside its field, and a paste that is no request says so", async ({ page }) => {
  const credentials = new Credentials(page);
  await credentials.of(made.caller.name);
  await page.getByLabel("Kind", { exact: true }).selectOption({ label: "Client certificate" });
  await page.getByLabel("Fingerprint or subject", { exact: true }).fill("no fingerprint");
  await page.getByRole("button", { name: "Add credential", exact: true }).click();
  const field = page.getByLabel("Fingerprint or subject", { exact: true });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue("no fingerprint");

  await open(page, `/processes/${made.process}/endpoints/message`);
  await page.getByLabel("Request", { exact: true }).fill("hello");
  await page.getByRole("button", { name: "Explain", exact: true }).click();
  await expect(page.getByLabel("Request", { exact: true })).toHaveAttribute("aria-invalid", "true");
});
