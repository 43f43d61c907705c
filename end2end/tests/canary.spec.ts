import { ascii, leaks, odd } from "../fixtures/canaries";
import { Authority } from "../fixtures/certificates";
import { api, design } from "../fixtures/design";
import { oauthConnection, tested } from "../fixtures/oauth-records";
import { Oidc } from "../fixtures/oidc";
import { make, scripted } from "../fixtures/records";
import { expect, hydrated, open, test } from "../fixtures/switchboard";
import { ConnectionPage, type ConnectionFields } from "../pages/connection";
import { InboundUsers } from "../pages/inbound-users";
import { ApiTokens } from "../pages/settings";

/** Secrets that are typed below. */
const CANARIES = {
  password: odd("password Qz7"),
  token: ascii("token-Xv4"),
  apiKey: ascii("key-Jw9"),
  inbound: odd("inbound Pk2"),
};

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

  expect(leaks(app, CANARIES, pages)).toEqual([]);
  // The API token was shown once, as it should.
  expect(leaks(app, { "API token": token }, [])).toEqual([]);
});

// The secrets of credentials, each set by the API, used, and looked for everywhere.
test("secrets of profiles, certificates, callers and clients are found nowhere", async ({ page, app }) => {
  const oidc = await Oidc.start();
  const authority = new Authority();
  const script = await scripted(app);
  const get = async (path: string) => (await script.get(`/api/v1${path}`)).text();
  const certificate = authority.client();
  const secrets: Record<string, string> = {
    "client secret": oidc.secret,
    "owner password": odd("owner Lm3"),
    "signing secret": odd("signing Yt6 long enough"),
    "webhook URL": "canary-hook-Wd8",
    "p12 password": ascii("p12-Rk5"),
    "private key": oidc.privateKey.split("\n")[1] ?? "",
    "certificate's key": certificate.key.split("\n")[5] ?? "",
  };
  oidc.register({ client_id: "canary" });
  const credentials = { grant_type: "client_credentials", client_authentication: "basic", client_id: "canary" };
  const made = await oauthConnection(script, oidc, credentials);
  expect(await tested(script, made.connection)).toMatchObject({ verdict: "authorised" });
  for (const [index, token] of oidc.accessTokens().entries()) secrets[`access token ${index}`] = token;
  const base = { token_url: `${oidc.issuer}/token`, client_id: "x", client_secret: oidc.secret };
  const owner = { ...base, name: "Owner", grant_type: "password", user: "robot", password: secrets["owner password"] };
  const bearer = { ...base, name: "Bearer", grant_type: "jwt_bearer", subject: "robot", private_key: oidc.privateKey };
  const paths = [];
  for (const profile of [owner, bearer]) paths.push(`/oauth-profiles/${await make(script, "/oauth-profiles", profile)}`);
  const pkcs12 = authority.pkcs12(certificate, secrets["p12 password"] ?? "");
  const upload = { name: "Canary", pkcs12, key_password: secrets["p12 password"] };
  paths.push(`/protocol-profiles/${await make(script, "/protocol-profiles", upload)}`);
  const hook = { name: "Canary", kind: "webhook", url: `${oidc.api}/${secrets["webhook URL"]}`, active: "on" };
  paths.push(`/settings/notifications/${await make(script, "/notification-channels", hook)}`);
  const user = await make(script, "/inbound-users", { name: "Signer", user_id: "signer", active: "on" });
  paths.push(`/inbound-users/${user}`);
  const signature = { kind: "signature", preset: "github", signing_secret: secrets["signing secret"] };
  await make(script, `/inbound-users/${user}/credentials`, signature);
  for (const kind of ["api_key", "path_token"]) {
    const answer = await (await script.post(`/api/v1/inbound-users/${user}/credentials`, { data: { kind, label: kind } })).json();
    secrets[kind] = answer.secret;
  }
  const client = await make(script, "/oauth-clients", { name: "Caller", inbound_user: user, client_credentials: "on", active: "on" });
  paths.push(`/oauth-clients/${client}`);
  const secret = await (await script.post(`/api/v1/oauth-clients/${client}/secrets`, { data: {} })).json();
  secrets["secret of a client"] = secret.client_secret;
  for (const [kind, value] of Object.entries(secrets)) expect(value?.length, kind).toBeGreaterThan(8);

  const shown: string[] = [];
  const own = `/integrations/${made.integration}/connections/${made.connection}`;
  for (const path of [...paths, own, "/expiry", "/settings/keys", "/settings/audit", "/", `/oauth-profiles/${made.profile}`]) {
    await open(page, path);
    shown.push(await page.content());
  }
  const lists = ["/oauth-profiles", "/protocol-profiles", "/notification-channels", "/oauth-clients", "/expiry", "/incidents"];
  for (const path of [...lists, `/connections/${made.connection}/token`, `/inbound-users/${user}/credentials`]) shown.push(await get(path));
  expect(leaks(app, secrets, shown)).toEqual([]);
  await script.dispose();
  await oidc.stop();
  authority.discard();
});
