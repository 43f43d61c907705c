import type { Page } from "@playwright/test";
import { Authority } from "../fixtures/certificates";
import { expect, open, runsScripts, test, unique } from "../fixtures/switchboard";
import { recordId, save } from "../pages/controls";

let authority: Authority;

test.beforeAll(() => {
  authority = new Authority("Bank authority");
});

test.afterAll(() => authority.discard());

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

async function refuse(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
}

test("a certificate is uploaded, shown and replaced; its key never comes back", async ({ page }) => {
  const first = authority.client("first-client");
  await open(page, "/protocol-profiles/new");
  await field(page, "Name").fill(unique("Bank"));
  await field(page, "Certificate").fill(first.certificate);
  await field(page, "Private key").fill(first.key);
  await field(page, "Trusted CA bundle").fill(authority.certificate);
  await save(page);
  await recordId(page, "protocol-profiles");
  const table = page.getByRole("table").first();
  await expect(table).toContainText("CN=first-client");
  await expect(table).toContainText("CN=Bank authority");
  await expect(table).toContainText(/36[45] days left/);
  expect(await page.content()).not.toContain("PRIVATE KEY-----\n");

  const second = authority.client("second-client", 20);
  await page.getByText("Replace certificate and key", { exact: true }).click();
  await field(page, "Certificate").fill(second.certificate + second.key);
  await save(page);
  await expect(table).toContainText("CN=second-client");
  await expect(table).toContainText(/(19|20) days left/);
  await page.getByText("Replace certificate and key", { exact: true }).click();
  await expect(field(page, "Certificate")).toHaveValue("");
});

test("a PKCS#12 file is taken with its password", async ({ page }) => {
  const identity = authority.client("from-a-file");
  await open(page, "/protocol-profiles/new");
  await field(page, "Name").fill(unique("Bank"));
  await field(page, "PKCS#12 file").fill(authority.pkcs12(identity, "opens it"));
  await field(page, "Key password").fill("wrong");
  await refuse(page);
  await expect(field(page, "Key password")).toHaveAttribute("aria-invalid", "true");
  if (!runsScripts()) await field(page, "PKCS#12 file").fill(authority.pkcs12(identity, "opens it"));
  await field(page, "Key password").fill("opens it");
  await save(page);
  await expect(page.getByRole("table").first()).toContainText("CN=from-a-file");
});

test("a wrong upload is explained beside its field, and the name stays", async ({ page }) => {
  const [one, other] = [authority.client("one"), authority.client("other")];
  await open(page, "/protocol-profiles/new");
  await field(page, "Name").fill("Kept");
  await field(page, "Certificate").fill(one.certificate);
  await field(page, "Private key").fill(other.key);
  await refuse(page);
  await expect(field(page, "Name")).toHaveValue("Kept");
  await expect(page.locator(".field-error").filter({ hasText: /key/i }).first()).toBeVisible();

  await field(page, "Certificate").fill("no certificate");
  await field(page, "Private key").fill("");
  await refuse(page);
  await expect(field(page, "Certificate")).toHaveAttribute("aria-invalid", "true");
});

test("a chosen file is read into its field", async ({ page }) => {
  test.skip(!runsScripts(), "without JavaScript the text is pasted");
  const identity = authority.client("picked");
  const file = (name: string, text: string) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });
  await open(page, "/protocol-profiles/new");
  await field(page, "Name").fill(unique("Bank"));
  await field(page, "File for certificate").setInputFiles(file("client.pem", identity.certificate));
  await expect(field(page, "Certificate")).toHaveValue(/BEGIN CERTIFICATE/);
  await field(page, "File for private key").setInputFiles(file("client.key", identity.key));
  await expect(field(page, "Private key")).toHaveValue(/PRIVATE KEY/);
  await expect(page.getByText("client.pem was read")).toBeVisible();
  await save(page);
  await expect(page.getByRole("table").first()).toContainText("CN=picked");
});

test("a file that is not understood is not saved as nothing", async ({ page }) => {
  test.skip(!runsScripts(), "without JavaScript the text is pasted");
  const file = { name: "client.p12", mimeType: "application/x-pkcs12", buffer: Buffer.from([0x30, 0x82, 0xff, 0xfe]) };
  await open(page, "/protocol-profiles/new");
  await field(page, "Name").fill(unique("Bank"));
  await field(page, "File for certificate").setInputFiles(file);
  await expect(page.getByText(/^client\.p12 was not taken\..*PKCS#12 file/).first()).toBeVisible();
  await refuse(page);
  await expect(page).toHaveURL(/\/protocol-profiles\/new/);
  await expect(field(page, "Certificate")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("button", { name: "Go on without it", exact: true }).click();
  await save(page);
  await recordId(page, "protocol-profiles");
  await expect(page.getByText("No certificate yet", { exact: true })).toBeVisible();
});
