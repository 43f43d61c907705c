import { design } from "../fixtures/design";
import { freePort } from "../fixtures/ports";
import { selfSigned, silent } from "../fixtures/strangers";
import { expect, hydrated, test } from "../fixtures/switchboard";
import { ConnectionPage, type ConnectionFields } from "../pages/connection";
import type { TestModal } from "../pages/test-modal";
import type { Page } from "@playwright/test";

type Verdict = "Authorised" | "Failed";

async function tested(page: Page, fields: ConnectionFields): Promise<TestModal> {
  const { integration } = await design(page);
  const connection = new ConnectionPage(page);
  await connection.create(integration, { environment: "Test", ...fields });
  await hydrated(page);
  return connection.startTest();
}

// Seed 000: 400, 401, 403, 404 and 405 fail, every other answer is authorised.
const VERDICTS: Record<Verdict, number[]> = {
  Authorised: [200, 201, 301, 429, 500, 503],
  Failed: [400, 401, 403, 404, 405],
};

for (const [verdict, statuses] of Object.entries(VERDICTS)) {
  for (const status of statuses) {
    test(`an answer of ${status} is ${verdict}`, async ({ page, httpbin }) => {
      const modal = await tested(page, { endpointUrl: `${httpbin.url}/status/${status}` });
      await modal.run(verdict as Verdict);
      await expect(modal.attempt(1)).toContainText(String(status));
      await expect(modal.step("TCP")).toBeVisible();
      await modal.done();
      const connected = page.getByText("Connected", { exact: true });
      await expect(connected.first()).toBeVisible({ visible: status >= 200 && status < 300 });
    });
  }
}

test("the next step is the prominent one: Test, then Done", async ({ page, app }) => {
  const modal = await tested(page, { endpointUrl: `${app.url}/practice/status/200` });
  const button = (name: string) => modal.dialog.getByRole("button", { name, exact: true });
  await expect(button("Test")).toHaveClass(/primary/);
  await expect(button("Done")).not.toHaveClass(/primary/);
  await modal.run("Authorised");
  await expect(button("Done")).toHaveClass(/primary/);
  await expect(button("Test")).not.toHaveClass(/primary/);
});

test("declared statuses decide exactly", async ({ page, httpbin }) => {
  const modal = await tested(page, {
    endpointUrl: httpbin.url,
    testMethod: "GET",
    testPath: "/status/401",
    expectedStatuses: "401",
  });
  await modal.run("Authorised");
});

test("Basic credentials are proven, wrong ones refused", async ({ page, httpbin }) => {
  const fields: ConnectionFields = {
    endpointUrl: `${httpbin.url}/basic-auth/ada/right`,
    authentication: "Basic",
    user: "ada",
    password: "right",
  };
  await (await tested(page, fields)).run("Authorised");
  const modal = await tested(page, { ...fields, password: "wrong" });
  await modal.run("Failed");
  await expect(modal.dialog).toContainText(/password/i);
  await expect(modal.attempt(2)).toBeVisible();
  expect(await modal.dialog.innerText()).not.toContain("wrong");
});

test("a bearer token is sent and masked", async ({ page, httpbin }) => {
  const token = "bearer-secret-0123456789";
  const fields: ConnectionFields = { endpointUrl: `${httpbin.url}/bearer`, authentication: "Bearer token", token };
  const modal = await tested(page, fields);
  await modal.run("Authorised");
  // httpbin answers with the token it got: the answer is masked too.
  expect(await page.content()).not.toContain(token);
});

test("a slow answer is waited for", async ({ page, httpbin }) => {
  await (await tested(page, { endpointUrl: `${httpbin.url}/delay/2` })).run("Authorised");
});

test("a closed port fails at TCP", async ({ page }) => {
  const modal = await tested(page, { endpointUrl: `http://127.0.0.1:${await freePort()}` });
  await modal.run("Failed");
  await expect(modal.step("TCP")).toContainText(/refused/i);
  await expect(modal.step("Request")).toContainText(/not reached/i);
});

test("an unknown host fails at Name", async ({ page }) => {
  const modal = await tested(page, { endpointUrl: "https://does-not-exist.invalid" });
  await modal.run("Failed");
  await expect(modal.step("Name")).toContainText(/does-not-exist\.invalid|not found|no address|failed/i);
});

test("a forbidden target fails at Policy, without an attempt", async ({ page }) => {
  const modal = await tested(page, { endpointUrl: "http://169.254.169.254/latest/meta-data" });
  await modal.run("Failed");
  await expect(modal.dialog).toContainText("SWITCHBOARD_ALLOWED_TARGETS");
  await expect(modal.attempt(1)).toHaveCount(0);
});

test("another installation's name fails at Policy and names both", async ({ page, httpbin }) => {
  const modal = await tested(page, { endpointUrl: httpbin.url, instanceName: "acme-production" });
  await modal.run("Failed");
  await expect(modal.dialog).toContainText("acme-production");
  await expect(modal.dialog).toContainText("acme-test");
});

test("a server that never answers ends at the time limit", async ({ page }) => {
  test.setTimeout(90_000);
  const server = await silent();
  try {
    const modal = await tested(page, { endpointUrl: server.url });
    await modal.run("Failed", 45_000);
    await expect(modal.dialog).toContainText(/time|answer/i);
  } finally {
    server.close();
  }
});

test("a certificate nobody signed fails at TLS", async ({ page }) => {
  const server = await selfSigned();
  try {
    const modal = await tested(page, { endpointUrl: server.url });
    await modal.run("Failed");
    await expect(modal.step("TLS")).toContainText(/certificate/i);
  } finally {
    server.close();
  }
});
