import { Authority } from "../fixtures/certificates";
import { oauthConnection, tested, tokenOf } from "../fixtures/oauth-records";
import { Oidc } from "../fixtures/oidc";
import { make, scripted } from "../fixtures/records";
import { expect, test as base, unique } from "../fixtures/switchboard";
import type { APIRequestContext } from "@playwright/test";

// Every grant that needs no person, and every way to prove who the client is, against a provider of strangers.
const test = base.extend<object, { oidc: Oidc; api: APIRequestContext }>({
  oidc: [
    async ({}, use) => {
      const oidc = await Oidc.start();
      oidc.register({ client_id: "basic" });
      oidc.register({ client_id: "body", token_endpoint_auth_method: "client_secret_post" });
      oidc.register({
        client_id: "signing",
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "ES256",
        client_secret: undefined,
        jwks: oidc.publicKeys as never,
      });
      oidc.register({ client_id: "owner", grant_types: ["password"] });
      oidc.register({ client_id: "bearer", grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"] });
      await use(oidc);
      await oidc.stop();
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

type Fields = (oidc: Oidc) => Record<string, unknown>;

const PROFILES: Record<string, { grant: string; fields: Fields }> = {
  "client credentials, secret in the header": {
    grant: "client_credentials",
    fields: () => ({ grant_type: "client_credentials", client_authentication: "basic", client_id: "basic" }),
  },
  "client credentials, secret in the body": {
    grant: "client_credentials",
    fields: () => ({ grant_type: "client_credentials", client_authentication: "body", client_id: "body" }),
  },
  "client credentials, private key JWT": {
    grant: "client_credentials",
    fields: (oidc) => ({
      grant_type: "client_credentials",
      client_authentication: "private_key_jwt",
      client_id: "signing",
      client_secret: "",
      private_key: oidc.privateKey,
      key_id: "k1",
      assertion_audience: oidc.issuer,
    }),
  },
  "resource owner password": {
    grant: "password",
    fields: () => ({
      grant_type: "password",
      client_authentication: "basic",
      client_id: "owner",
      user: "robot",
      password: "robot-password",
    }),
  },
  "JWT bearer": {
    grant: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    fields: (oidc) => ({
      grant_type: "jwt_bearer",
      client_authentication: "basic",
      client_id: "bearer",
      private_key: oidc.privateKey,
      key_id: "k1",
      subject: "robot",
      assertion_audience: oidc.issuer,
    }),
  },
};

for (const [name, { grant, fields }] of Object.entries(PROFILES)) {
  test(name, async ({ oidc, api }) => {
    const { connection } = await oauthConnection(api, oidc, fields(oidc));
    const before = oidc.given(grant);
    const report = await tested(api, connection);
    expect(report.cause + report.next_step).not.toContain("refused");
    expect(report).toMatchObject({ verdict: "authorised", proven: true });
    expect(report.token_calls).toHaveLength(1);
    const shown = JSON.stringify(report);
    for (const secret of [oidc.secret, "robot-password"]) expect(shown).not.toContain(secret);
    // The stored token does for the next one; after a 401 it is refreshed once.
    expect((await tested(api, connection)).token_calls).toHaveLength(0);
    expect(oidc.given(grant) - before).toBe(1);
    oidc.refuseTokens();
    expect(await tested(api, connection)).toMatchObject({ verdict: "authorised" });
    expect(oidc.given(grant) - before).toBe(2);
    expect((await tokenOf(api, connection)).status).toBe("live");
  });
}

test("client certificate (mutual TLS), for the token and for the API", async ({ api }) => {
  const authority = new Authority();
  const oidc = await Oidc.start({ authority });
  oidc.register({
    client_id: "certified",
    token_endpoint_auth_method: "tls_client_auth",
    tls_client_auth_subject_dn: "CN=switchboard",
    client_secret: undefined,
  });
  const identity = authority.client();
  const profile = await make(api, "/protocol-profiles", {
    name: unique("Certificate"),
    pkcs12: authority.pkcs12(identity, "p12-password"),
    key_password: "p12-password",
    ca_bundle: authority.certificate,
  });
  const { connection } = await oauthConnection(api, oidc, {
    grant_type: "client_credentials",
    client_authentication: "mutual_tls",
    client_id: "certified",
    client_secret: "",
    protocol_profile: profile,
  });
  expect(await tested(api, connection)).toMatchObject({ verdict: "authorised", proven: true });
  await oidc.stop();
  authority.discard();
});

test("a wrong secret is a fault of the profile, said in plain words", async ({ oidc, api }) => {
  const fields = { grant_type: "client_credentials", client_authentication: "basic", client_id: "basic" };
  const { connection } = await oauthConnection(api, oidc, { ...fields, client_secret: "wrong-secret-canary" });
  const report = await tested(api, connection);
  expect(report).toMatchObject({ verdict: "failed", attempts: [] });
  expect(report.cause).toMatch(/client/i);
  expect(report.steps.find((step: { rung: string }) => step.rung === "token")).toMatchObject({ state: "failed" });
  expect(JSON.stringify(report)).not.toContain("canary");
  expect((await tokenOf(api, connection)).status).not.toBe("refused");
});
