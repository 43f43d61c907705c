import type { APIRequestContext } from "@playwright/test";
import { api, design, enabledConnection } from "../fixtures/design";
import { freePort } from "../fixtures/ports";
import { expect, test, unique } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";
import { Integrations } from "../pages/integration";
import { ApiTokens } from "../pages/settings";
import { Transactions } from "../pages/transactions";

let script: APIRequestContext;

test.beforeAll(async ({ browser, app, administrator }) => {
  const page = await browser.newPage({ baseURL: app.url, storageState: administrator });
  const token = await new ApiTokens(page).create("pipeline");
  await page.close();
  script = await api(app.url, token);
});

test.afterAll(async () => {
  await script?.dispose();
});

/** An integration with a message `create` and a connection to `endpointUrl`. */
async function ready(page: Parameters<typeof design>[0], endpointUrl: string, instanceName?: string): Promise<string> {
  const { integration } = await design(page);
  await new Integrations(page).createMessage(integration, { name: "create", path: "/anything/issue" });
  await enabledConnection(page, integration, { environment: "Test", endpointUrl, instanceName });
  return integration;
}

async function send(integration: string, data: unknown): Promise<string> {
  const answer = await script.post(`/api/v1/integrations/${integration}/messages/create`, { data });
  expect(answer.status(), await answer.text()).toBe(202);
  return (await answer.json()).transaction;
}

interface Sent {
  state: string;
  requests: { status?: number; state: string }[];
}

/** The transaction once it has come to rest. */
async function settled(number: string): Promise<Sent> {
  let sent: Sent = { state: "", requests: [] };
  await expect(async () => {
    sent = await (await script.get(`/api/v1/transactions/${number}`)).json();
    expect(sent.state).toMatch(/complete|error|timed|ignored/i);
  }).toPass({ timeout: 20_000 });
  return sent;
}

test("a message reaches the target, and its page shows what was said", async ({ page, httpbin }) => {
  const word = unique("echo");
  const number = await send(await ready(page, httpbin.url), { summary: word });
  expect((await settled(number)).state).toMatch(/complete/i);
  await new Transactions(page).open(number);
  await expect(page.getByRole("main")).toContainText("/anything/issue");
  // Once in what was sent, once in what httpbin echoed.
  expect(((await page.getByRole("main").textContent()) ?? "").split(word).length - 1).toBeGreaterThanOrEqual(2);
});

test("nothing leaves for another installation's connection", async ({ page, httpbin }) => {
  const number = await send(await ready(page, httpbin.url, "acme-production"), {});
  expect((await settled(number)).state).toMatch(/error/i);
  await new Transactions(page).open(number);
  await expect(page.getByRole("main")).toContainText("acme-production");
  await expect(page.getByRole("main")).toContainText("acme-test");
});

test("a target that is down ends in Error; a replay uses the connection active now", async ({ page, httpbin }) => {
  const integration = await ready(page, `http://127.0.0.1:${await freePort()}`);
  const number = await send(integration, { summary: "again" });
  expect((await settled(number)).state).toMatch(/error/i);

  await enabledConnection(page, integration, { name: "Repaired", environment: "Sandbox", endpointUrl: httpbin.url });
  await new Transactions(page).open(number);
  await new Transactions(page).replay();
  await expect(async () => {
    const replay = await script.get(`/api/v1/transactions/${number}.1`);
    expect((await replay.json()).state).toMatch(/complete/i);
  }).toPass({ timeout: 20_000 });
  expect((await settled(number)).state).toMatch(/ignored/i);
});

test("without an active connection sending is refused with 409", async ({ page, httpbin }) => {
  const integration = await ready(page, httpbin.url);
  await new ConnectionPage(page).disable();
  const answer = await script.post(`/api/v1/integrations/${integration}/messages/create`, { data: {} });
  expect(answer.status()).toBe(409);
  expect(answer.headers()["content-type"]).toContain("application/problem+json");
});
