import type { APIRequestContext, Page } from "@playwright/test";
import { age } from "../fixtures/ageing";
import { external } from "../fixtures/design";
import type { Program } from "../fixtures/program";
import { make, makeEnabled, makeIntegration, scripted } from "../fixtures/records";
import { expect, hydrated, slug, test, unique } from "../fixtures/switchboard";
import { Transactions, type TransactionFilter } from "../pages/transactions";

/** Rows of a page, as the engine has it. */
const PAGE = 50;
const PASSWORD = "inbound-secret-1";

/** An integration that has received and sent. */
interface Traffic {
  integration: string;
  id: string;
  receive: (messageId: string) => Promise<string>;
}

let script: APIRequestContext;

test.beforeAll(async ({ app }) => {
  script = await scripted(app);
});

test.afterAll(async () => {
  await script?.dispose();
});

async function traffic(app: Program, word: string, endpoint: string): Promise<Traffic> {
  const name = unique(word);
  const userId = slug(name);
  const id = await makeIntegration(script, { name, apiName: userId, system: "Jira" });
  const inbound_user = await make(script, "/inbound-users", { name, user_id: userId, password: PASSWORD, active: "on" });
  const endpoint_url = `${app.url}/practice/${endpoint}`;
  await makeEnabled(script, id, { name: "Test", environment: "test", endpoint_url, inbound_user });
  const jira = await external(app.url, { userId, password: PASSWORD });
  const receive = async (messageId: string) => {
    const headers = { "idempotency-key": messageId };
    const answer = await jira.post(`/inbound/${userId}/message`, { data: { messageId }, headers });
    expect(answer.status()).toBe(202);
    return (await answer.json()).transaction as string;
  };
  return { integration: name, id, receive };
}

/** Sends one message that its target refuses for good, and waits for the Error. */
async function refused(integration: string): Promise<string> {
  await make(script, `/integrations/${integration}/messages`, { name: "create", method: "POST", path: "/issue", active: "on" });
  const answer = await script.post(`/api/v1/integrations/${integration}/messages/create`, { data: {} });
  const { transaction } = await answer.json();
  await expect
    .poll(async () => (await (await script.get(`/api/v1/transactions/${transaction}`)).json()).state)
    .toMatch(/error/i);
  return transaction;
}

async function expectFound(page: Page, filter: TransactionFilter, numbers: string[]): Promise<void> {
  const list = new Transactions(page);
  await list.filter(filter);
  await expect(list.numbers, JSON.stringify(filter)).toHaveText(numbers);
}

test("each filter narrows the list, alone and with the others", async ({ page, app }) => {
  const one = await traffic(app, "Filter", "status/404");
  const another = await traffic(app, "Other", "echo");
  const { integration } = one;
  const messageId = slug(unique("first"));
  const first = await one.receive(messageId);
  const second = await one.receive(slug(unique("second")));
  const error = await refused(one.id);
  const foreign = await another.receive(slug(unique("third")));

  await expectFound(page, { integration }, [error, second, first]);
  await expectFound(page, { integration: another.integration }, [foreign]);
  await expectFound(page, { integration, direction: "Inbound" }, [second, first]);
  await expectFound(page, { integration, direction: "Outbound" }, [error]);
  await expectFound(page, { integration, state: "Complete" }, [second, first]);
  await expectFound(page, { integration, state: "Error" }, [error]);
  await expectFound(page, { search: messageId }, [first]);
  await expectFound(page, { search: second }, [second]);
  await expectFound(page, { integration, search: "create" }, [error]);
  await expectFound(page, { integration, direction: "Inbound", state: "Error" }, []);
});

test("the filter stays visible, and Clear takes it away", async ({ page, app }) => {
  const one = await traffic(app, "Clear", "echo");
  const number = await one.receive("only");
  const list = new Transactions(page);
  await list.filter({ integration: one.integration, direction: "Inbound", search: number });
  const form = page.getByRole("search", { name: "Filter transactions" });
  await expect(form.getByLabel("Integration", { exact: true })).toHaveValue(one.id);
  await expect(form.getByLabel("Direction", { exact: true })).toHaveValue("inbound");
  await expect(form.getByRole("searchbox")).toHaveValue(number);
  await form.getByRole("link", { name: "Clear", exact: true }).click();
  await expect(page).toHaveURL(/\/transactions$/);
  await expect(form.getByLabel("Integration", { exact: true })).toHaveValue("");
});

test("the time filter leaves out what is older", async ({ page, app }) => {
  const { integration, receive } = await traffic(app, "Time", "echo");
  const ofTheDayBeforeYesterday = await receive("old");
  const today = await receive("new");
  age(app, ofTheDayBeforeYesterday, 48);
  for (const time of ["Last hour", "Last 24 hours"]) await expectFound(page, { integration, time }, [today]);
  for (const time of ["Last 7 days", "Last 30 days"]) {
    await expectFound(page, { integration, time }, [today, ofTheDayBeforeYesterday]);
  }
});

test("Older leads through every page once, whatever arrives meanwhile", async ({ page, app }) => {
  const { integration, receive } = await traffic(app, "Paging", "echo");
  const sent: string[] = [];
  for (let n = 0; n < 2 * PAGE + 5; n += 1) sent.push(await receive(`m${n}`));
  const list = new Transactions(page);
  await list.filter({ integration, direction: "Inbound" });
  const seen: string[] = [];
  for (const rows of [PAGE, PAGE, 5]) {
    // The first page shows what arrives; the pages behind it stay as they are.
    if (seen.length > 0) await receive(`meanwhile${seen.length}`);
    await expect(list.numbers).toHaveCount(rows);
    seen.push(...(await list.numbers.allInnerTexts()));
    if (rows < PAGE) break;
    const before = page.url();
    await list.older.click();
    await page.waitForURL((url) => url.href !== before);
    await hydrated(page);
    await expect(list.numbers.first()).not.toHaveText(seen.at(-rows) ?? "");
  }
  await expect(list.older).toHaveCount(0);
  expect(seen).toEqual(sent.reverse());
});
