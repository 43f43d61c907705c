import type { APIRequestContext, APIResponse } from "@playwright/test";
import { caller, design, enabledConnection, external, type Caller, type Design } from "../fixtures/design";
import { expect, test } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";

/** Designed once per file: the tests below only call. */
let made: { design: Design; caller: Caller; path: string; open: APIRequestContext; jira: APIRequestContext };

test.beforeAll(async ({ browser, app, administrator }) => {
  const page = await browser.newPage({ baseURL: app.url, storageState: administrator });
  const designed = await design(page);
  const jira = await caller(page);
  await enabledConnection(page, designed.integration, {
    environment: "Test",
    endpointUrl: `${app.url}/practice/echo`,
    inboundUser: jira.name,
  });
  await page.close();
  made = {
    design: designed,
    caller: jira,
    path: `/inbound/${designed.apiName}/message`,
    open: await external(app.url),
    jira: await external(app.url, jira),
  };
});

test.afterAll(async () => {
  await made?.open.dispose();
  await made?.jira.dispose();
});

async function expectProblem(answer: APIResponse, status: number): Promise<void> {
  expect(answer.status()).toBe(status);
  expect(answer.headers()["content-type"]).toContain("application/problem+json");
  const problem = await answer.json();
  expect(problem.status).toBe(status);
  for (const member of ["type", "title", "detail", "instance"]) expect(problem[member], member).toBeTruthy();
}

test("the right caller gets 202 with the transaction's number", async ({ page }) => {
  const answer = await made.jira.post(made.path, { data: { summary: "Printer on fire" } });
  expect(answer.status()).toBe(202);
  const { transaction } = await answer.json();
  expect(transaction).toMatch(/^TX\d{7,}$/);
  await page.goto(`/transactions/${transaction}`);
  await expect(page.getByRole("main")).toContainText("Printer on fire");
  await expect(page.getByRole("main")).toContainText("Complete");
});

test("wrong and missing credentials are 401, also for unknown processes", async ({ app }) => {
  const wrong = await external(app.url, { userId: made.caller.userId, password: "wrong" });
  for (const context of [made.open, wrong]) {
    for (const path of [made.path, "/inbound/no-such-process/message"]) {
      const answer = await context.post(path, { data: {} });
      await expectProblem(answer, 401);
      expect(answer.headers()["www-authenticate"]).toContain("Basic");
    }
  }
  await wrong.dispose();
});

test("an unknown process is 404 for those who may know", async () => {
  await expectProblem(await made.jira.post("/inbound/no-such-process/message", { data: {} }), 404);
});

test("the checks come in the promised order", async () => {
  const large = "x".repeat(2 * 1024 * 1024);
  // Too large is said before anything else is looked at.
  await expectProblem(await made.open.post("/inbound/no-such-process/message", { data: large }), 413);
  await expectProblem(await made.jira.post(made.path, { data: large }), 413);
  const text = { "content-type": "image/png" };
  await expectProblem(await made.open.post(made.path, { data: "{", headers: text }), 401);
  await expectProblem(await made.jira.post(made.path, { data: "{", headers: text }), 415);
});

test("malformed JSON is 400", async () => {
  await expectProblem(await made.jira.post(made.path, { data: Buffer.from('{"summary": ') }), 400);
});

test("a repeated message id gets the first answer, with another body a conflict", async () => {
  const headers = { "idempotency-key": `key-${Date.now()}` };
  const first = await made.jira.post(made.path, { data: { n: 1 }, headers });
  expect(first.status()).toBe(202);
  const again = await made.jira.post(made.path, { data: { n: 1 }, headers });
  expect(again.status()).toBe(200);
  expect((await again.json()).transaction).toBe((await first.json()).transaction);
  await expectProblem(await made.jira.post(made.path, { data: { n: 2 }, headers }), 409);
});

test("without an active connection callers get 403", async ({ page, app }) => {
  const designed = await design(page);
  const user = await caller(page);
  const path = `/inbound/${designed.apiName}/message`;
  const context = await external(app.url, user);
  await expectProblem(await context.post(path, { data: {} }), 403);

  const connection = new ConnectionPage(page);
  const fields = { environment: "Test", endpointUrl: `${app.url}/practice/echo`, inboundUser: user.name };
  await connection.create(designed.integration, fields);
  await expectProblem(await context.post(path, { data: {} }), 403);
  await connection.enable();
  expect((await context.post(path, { data: {} })).status()).toBe(202);
  await connection.disable();
  await expectProblem(await context.post(path, { data: {} }), 403);
  await context.dispose();
});
