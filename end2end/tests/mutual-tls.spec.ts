import type { APIRequestContext } from "@playwright/test";
import { Authority } from "../fixtures/certificates";
import { Nginx } from "../fixtures/nginx";
import { make, makeIntegration, scripted } from "../fixtures/records";
import { tested } from "../fixtures/oauth-records";
import { expect, open, slug, test as base, unique } from "../fixtures/switchboard";

interface Peers {
  authority: Authority;
  stranger: Authority;
  nginx: Nginx;
}

const test = base.extend<object, { peers: Peers; api: APIRequestContext }>({
  peers: [
    async ({}, use) => {
      const [authority, stranger] = [new Authority("Ours"), new Authority("A stranger")];
      const nginx = await Nginx.start(authority, authority);
      await use({ authority, stranger, nginx });
      await nginx.discard();
      authority.discard();
      stranger.discard();
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

/** A connection to nginx by this protocol profile, and what its test reports. */
async function report(api: APIRequestContext, url: string, profile: Record<string, string>) {
  const name = unique("Bank");
  const protocol_profile = await make(api, "/protocol-profiles", { name, ...profile });
  const integration = await makeIntegration(api, { name, apiName: slug(name), system: "Bank" });
  const connection = await make(api, `/integrations/${integration}/connections`, {
    name: "Test",
    environment: "test",
    endpoint_url: url,
    authentication: "none",
    mutual_auth: "on",
    protocol_profile,
  });
  return { integration, connection, report: await tested(api, connection) };
}

test("nginx lets in who shows the right certificate, in PEM and in PKCS#12", async ({ page, api, peers }) => {
  const { authority, nginx } = peers;
  const { certificate, key } = authority.client("switchboard");
  const pem = { certificate, private_key: key, ca_bundle: authority.certificate };
  const shown = await report(api, nginx.url, pem);
  expect(shown.report).toMatchObject({ verdict: "authorised", proven: true });
  expect(JSON.stringify(shown.report)).toContain("CN=switchboard");
  const pkcs12 = authority.pkcs12(authority.client("switchboard"), "secret");
  const file = { pkcs12, key_password: "secret", ca_bundle: authority.certificate };
  expect((await report(api, nginx.url, file)).report).toMatchObject({ verdict: "authorised" });
  // A message goes the same way.
  await make(api, `/integrations/${shown.integration}/messages`, { name: "create", method: "POST", path: "/payments", active: "on" });
  await api.post(`/api/v1/connections/${shown.connection}/enable`, { data: {} });
  const sent = await api.post(`/api/v1/integrations/${shown.integration}/messages/create`, { data: { amount: 1 } });
  const { transaction } = await sent.json();
  await expect
    .poll(async () => (await (await api.get(`/api/v1/transactions/${transaction}`)).json()).state, { timeout: 10_000 })
    .toBe("complete");
  await open(page, "/expiry");
  await expect(page.getByRole("main")).toContainText("CN=switchboard");
});

test("a certificate of another authority is refused, and the reason is said", async ({ api, peers }) => {
  const { authority, stranger, nginx } = peers;
  const { certificate, key } = stranger.client("switchboard");
  const shown = await report(api, nginx.url, { certificate, private_key: key, ca_bundle: authority.certificate });
  expect(shown.report).toMatchObject({ verdict: "failed" });
  expect(shown.report.cause).toMatch(/certificate|400/i);
});

test("without the bundle the server itself is not trusted", async ({ api, peers }) => {
  const { authority, nginx } = peers;
  const { certificate, key } = authority.client("switchboard");
  const shown = await report(api, nginx.url, { certificate, private_key: key });
  expect(shown.report).toMatchObject({ verdict: "failed" });
  expect(shown.report.steps.find((step: { rung: string }) => step.rung === "tls")).toMatchObject({ state: "failed" });
});
