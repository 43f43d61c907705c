import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { api, design } from "../fixtures/design";
import { expect, hydrated, open, test } from "../fixtures/switchboard";
import { ConnectionPage, type ConnectionFields } from "../pages/connection";
import { InboundUsers } from "../pages/inbound-users";
import { ApiTokens } from "../pages/settings";

/** Secrets that are typed below, each a word that stands nowhere else. */
const CANARIES = {
  password: "canary-password-Qz7",
  token: "canary-token-Xv4",
  apiKey: "canary-key-Jw9",
  inbound: "canary-inbound-Pk2",
};

/** The forms in which a secret could leak. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  return [secret, bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"), hex, hex.toUpperCase()];
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("secrets are found nowhere: files, log, pages, API", async ({ page, app }) => {
  const { integration } = await design(page);
  const endpointUrl = `${app.url}/practice/echo`;
  const kinds: ConnectionFields[] = [
    { environment: "Test", authentication: "Basic", user: "ada", password: CANARIES.password },
    { environment: "Sandbox", authentication: "Bearer token", token: CANARIES.token },
    { environment: "Development", authentication: "API key", apiKeyName: "X-Key", apiKey: CANARIES.apiKey },
  ];
  const pages: string[] = [];
  const connection = new ConnectionPage(page);
  for (const fields of kinds) {
    const id = await connection.create(integration, { endpointUrl, ...fields });
    await hydrated(page);
    const modal = await connection.startTest();
    await modal.run("Authorised");
    pages.push(await page.content());
    await modal.done();
    await connection.open(integration, id);
    pages.push(await page.content());
  }
  await new InboundUsers(page).create({ name: "Canary", userId: "canary", password: CANARIES.inbound });
  for (const path of ["/inbound-users", "/connections", "/settings/audit", `/integrations/${integration}/connections`]) {
    await open(page, path);
    pages.push(await page.content());
  }
  const token = await new ApiTokens(page).create("canary");
  const script = await api(app.url, token);
  pages.push(await (await script.get(`/api/v1/integrations/${integration}/connections`)).text());
  await script.dispose();

  const places = new Map<string, string>([["pages", pages.join("\n")], ["log", app.log()]]);
  for (const file of files(app.dataDir)) places.set(file, readFileSync(file, "latin1"));
  for (const [place, content] of places) {
    for (const [kind, secret] of [...Object.entries(CANARIES), ["API token", token] as const]) {
      if (place === "pages" && kind === "API token") continue; // It was shown once, as it should.
      for (const form of encodings(secret)) {
        expect(content.includes(form), `${kind} as ${form} in ${place}`).toBe(false);
      }
    }
  }
});
