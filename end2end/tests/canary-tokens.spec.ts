import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { ascii, backedUp, formsIn, leaks, odd } from "../fixtures/canaries";
import { Echo } from "../fixtures/echo";
import { oauthConnection, tested, tokenOf } from "../fixtures/oauth-records";
import { Oidc } from "../fixtures/oidc";
import { ADMIN, Program } from "../fixtures/program";
import { make, makeIntegration, scripted } from "../fixtures/records";
import { expect, open, test } from "../fixtures/switchboard";
import { logIn } from "../pages/login";
import { consent, leave } from "../pages/provider";

/** A program that logs everything it can, its administrator at the browser and a script at its API. */
interface Watched {
  program: Program;
  page: Page;
  script: APIRequestContext;
  /** Everything that came to the browser, and what the script asks for, each under the address it came from. */
  shown: Record<string, string>;
  get: (path: string) => Promise<void>;
}

async function watched(browser: Browser, work: (watched: Watched) => Promise<void>): Promise<void> {
  const program = await Program.start({ SWITCHBOARD_LOG: "trace" });
  const context = await browser.newContext({ baseURL: program.url });
  const page = await context.newPage();
  const script = await scripted(program);
  const shown: Record<string, string> = {};
  const arriving: Promise<void>[] = [];
  const keep = (place: string, text: string) => {
    shown[place] = (shown[place] ?? "") + text;
  };
  page.on("response", (response) => {
    // Of Switchboard alone, and not the program of the page nor what it streams.
    if (!response.url().startsWith(program.url) || !/html|json/.test(response.headers()["content-type"] ?? "")) return;
    arriving.push(response.text().then((text) => keep(response.url().split("?")[0]!, text), () => undefined));
  });
  const get = async (path: string) => keep(path, await (await script.get(path)).text());
  try {
    await logIn(page, ADMIN.user, ADMIN.password);
    await work({ program, page, script, shown, get });
    await Promise.all(arriving);
  } finally {
    await script.dispose();
    await context.close();
    await program.discard();
  }
}

/** Opens the pages where something of these records could show, and asks the API for them. */
async function lookAround({ page, shown, get }: Watched, paths: string[], api: string[]): Promise<void> {
  for (const path of [...paths, "/", "/connections", "/transactions", "/expiry", "/settings/audit", "/settings/keys"]) {
    await open(page, path);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
    shown[`${path}, as it lives`] = (await page.content()) + kept;
  }
  for (const path of [...api, "/connections", "/transactions", "/incidents", "/expiry", "/keys", "/oauth-profiles"]) await get(`/api/v1${path}`);
  await get("/metrics");
}

/** The search itself finds each form, wherever in a text it stands. */
test("a planted secret is found in every form", () => {
  const secret = odd("planted");
  const base64 = [0, 1, 2].map((before) => Buffer.from(`${"x".repeat(before)}${secret}yz`));
  const planted: Record<string, string> = {
    raw: Buffer.from(secret).toString("latin1"),
    percent: encodeURIComponent(secret),
    form: new URLSearchParams({ a: secret }).toString(),
    "base64 at 0": base64[0]!.toString("base64"),
    "base64 at 1": base64[1]!.toString("base64"),
    "base64 at 2": base64[2]!.toString("base64"),
    "base64url at 1": base64[1]!.toString("base64url"),
    hex: Buffer.from(secret).toString("hex"),
    "UTF-16LE": Buffer.from(secret, "utf16le").toString("latin1"),
    reversed: Buffer.from([...secret].reverse().join("")).toString("latin1"),
    JSON: Buffer.from(JSON.stringify({ secret })).toString("latin1"),
    "JSON in JSON": Buffer.from(JSON.stringify(JSON.stringify({ secret }))).toString("latin1"),
  };
  for (const [form, text] of Object.entries(planted)) expect(formsIn(`… ${text} …`, secret), form).toContain(form);
  expect(formsIn("canary planted in part", secret)).toEqual([]);
});

test("what a real provider is told and gives is found nowhere", async ({ browser }) => {
  const ownerPassword = odd("owner");
  const clientSecret = ascii("client");
  const oidc = await Oidc.start({ ownerPassword });
  await watched(browser, async (all) => {
    const { program, page, script, shown } = all;
    const login = { application_type: "native", client_secret: clientSecret } as never;
    const common = { client_secret: clientSecret, scopes: "openid offline_access", client_authentication: "basic" };
    const made = await oauthConnection(script, oidc, {
      ...common,
      grant_type: "authorization_code",
      client_id: "code",
      authorization_url: `${oidc.issuer}/auth`,
      authorization_parameters: "prompt=consent",
      pkce: "on",
      rotates: "on",
    });
    oidc.registerForCode("code", (await tokenOf(script, made.connection)).redirect_uri, login);
    const own = `/integrations/${made.integration}/connections/${made.connection}`;
    const secrets: Record<string, string> = { "client secret": clientSecret, "owner password": ownerPassword };
    page.on("request", (request) => {
      const { searchParams, pathname } = new URL(request.url());
      const at = pathname.startsWith("/oauth/callback/") ? "callback" : pathname === "/auth" ? "provider" : "";
      if (at) for (const [name, value] of searchParams) if (/^(code|state)$/.test(name)) secrets[`${name} at the ${at}`] = value;
    });
    await open(page, own);
    await leave(page, oidc, "Get OAuth token");
    await consent(page);
    await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised");
    // The answer to the button is the provider's address, and has the state as it must.
    for (const place of Object.keys(shown)) if (place.includes("begin_authorisation")) delete shown[place];
    // Used, refreshed after the API refused it, and used again.
    for (const _ of ["used", "refreshed"]) {
      shown[`test ${_}`] = JSON.stringify(await tested(script, made.connection));
      expect(shown[`test ${_}`]).toContain('"authorised"');
      oidc.refuseTokens();
    }
    shown["test at last"] = JSON.stringify(await tested(script, made.connection));
    expect(oidc.given("refresh_token")).toBeGreaterThan(0);

    // The grants and proofs that need no person.
    const key = { private_key: oidc.privateKey, key_id: "k1", assertion_audience: oidc.issuer };
    const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    oidc.register({ client_id: "owner", grant_types: ["password"], client_secret: clientSecret });
    oidc.register({ client_id: "bearer", grant_types: [jwtBearer], client_secret: clientSecret });
    const signing = { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "ES256" } as const;
    oidc.register({ client_id: "signing", ...signing, client_secret: undefined, jwks: oidc.publicKeys as never });
    const others = [];
    for (const profile of [
      { ...common, scopes: "", grant_type: "password", client_id: "owner", user: "robot", password: ownerPassword },
      { ...common, scopes: "", grant_type: "jwt_bearer", client_id: "bearer", subject: "robot", ...key },
      { grant_type: "client_credentials", client_authentication: "private_key_jwt", client_secret: "", client_id: "signing", ...key },
    ]) {
      const other = await oauthConnection(script, oidc, profile);
      others.push(other);
      const report = await tested(script, other.connection);
      expect(report, JSON.stringify(report)).toMatchObject({ verdict: "authorised" });
      shown[`test by ${profile.client_id}`] = JSON.stringify(report);
    }
    oidc.privateKey.split("\n").slice(1, -2).forEach((line, at) => (secrets[`private key, line ${at}`] = line));
    Object.assign(secrets, oidc.secrets);
    const kinds = ["access_token", "assertion", "client_assertion", "code", "code_verifier", "id_token", "password", "refresh_token"];
    for (const kind of [...kinds, "code at", "state at", "private key"]) {
      expect(Object.keys(secrets).some((name) => name.startsWith(kind)), `no ${kind} was seen`).toBe(true);
    }
    for (const [kind, value] of Object.entries(secrets)) expect(value.length, kind).toBeGreaterThan(12);
    // A refused callback, and answers to mistakes that hold a secret.
    const callback = `/oauth/callback/${made.connection}?code=${secrets["code at the callback"]}&state=${secrets["state at the callback"]}`;
    await page.goto(callback);
    await expect(page.getByText(/No authorisation waits for this answer/).first()).toBeVisible();
    shown["the callback again"] = await page.content();
    const mistakes = [
      { name: "", grant_type: "password", client_secret: clientSecret, password: ownerPassword, token_url: "x" },
      { name: "Bad", grant_type: "jwt_bearer", token_url: `${oidc.issuer}/token`, private_key: `${oidc.privateKey.slice(0, -60)}` },
      { client_secret: [clientSecret], unknown: ownerPassword },
    ];
    for (const [at, data] of mistakes.entries()) {
      const answer = await script.post("/api/v1/oauth-profiles", { data });
      expect(answer.ok()).toBe(false);
      shown[`mistake ${at}`] = await answer.text();
    }
    const broken = await script.post("/api/v1/oauth-profiles", { data: `{"client_secret": ${JSON.stringify(clientSecret)}` });
    shown["broken JSON"] = await broken.text();
    await lookAround(
      all,
      [own, ...[made, ...others].map(({ profile }) => `/oauth-profiles/${profile}`)],
      [made, ...others].flatMap(({ connection, profile }) => [`/connections/${connection}/token`, `/connections/${connection}`, `/oauth-profiles/${profile}`]),
    );
    // It logs all it does, or this test would see nothing.
    expect(program.log().includes('"DEBUG"'), "the log speaks of details").toBe(true);
    expect(leaks(program, secrets, shown)).toEqual([]);
    // The same at rest: with the log of the database folded in, and in a backup and its dump.
    await program.stop();
    expect(leaks(program, secrets, { dump: backedUp(program) })).toEqual([]);
    test.info().annotations.push({ type: "secrets", description: String(Object.keys(secrets).length) });
  });
  await oidc.stop();
});

test("what a provider and a target repeat in their errors is found nowhere", async ({ browser }) => {
  const echo = await Echo.start();
  await watched(browser, async (all) => {
    const { program, script, shown } = all;
    const secrets: Record<string, string> = {
      password: odd("password"),
      token: ascii("token"),
      "API key": ascii("key"),
      "client secret": odd("client"),
      "owner password": odd("owner"),
    };
    const integration = await makeIntegration(script, { name: "Echo", apiName: "echo", system: "Jira" });
    const base = { endpoint_url: echo.url, test_path: "/x", name: "" };
    const connections: Record<string, object> = {
      test: { authentication: "basic", user: "ada", password: secrets.password },
      development: { authentication: "bearer", token: secrets.token },
      sandbox: { authentication: "api_key", api_key_name: "X-Key", api_key: secrets["API key"] },
    };
    await make(script, `/integrations/${integration}/messages`, { name: "create", method: "POST", path: "x", active: "on" });
    const paths: string[] = [];
    const answers: string[] = [];
    for (const [environment, fields] of Object.entries(connections)) {
      const data = { ...base, ...fields, environment, name: environment };
      const id = await make(script, `/integrations/${integration}/connections`, data);
      shown[`test of ${environment}`] = JSON.stringify(await tested(script, id));
      await script.post(`/api/v1/connections/${id}/enable`, { data: {} });
      const sent = await script.post(`/api/v1/integrations/${integration}/messages/create`, { data: { a: 1 } });
      expect(sent.status(), await sent.text()).toBe(202);
      const { transaction } = await sent.json();
      await expect(async () => {
        const answer = await (await script.get(`/api/v1/transactions/${transaction}`)).json();
        expect(answer.state).toMatch(/error/i);
      }).toPass({ timeout: 20_000 });
      paths.push(`/transactions/${transaction}`, `/integrations/${integration}/connections/${id}`);
      answers.push(`/transactions/${transaction}`, `/connections/${id}`);
    }
    for (const [at, fields] of [
      { grant_type: "client_credentials", client_authentication: "basic" },
      { grant_type: "client_credentials", client_authentication: "body" },
      { grant_type: "password", client_authentication: "body", user: "robot", password: secrets["owner password"] },
    ].entries()) {
      const name = `Echo ${at}`;
      const profile = await make(script, "/oauth-profiles", {
        ...fields, name, client_id: "echo", client_secret: secrets["client secret"], token_url: `${echo.url}/token`, api_origins: echo.url,
      });
      const id = await make(script, `/integrations/${integration}/connections`, {
        ...base, name, environment: "production", authentication: "oauth2", oauth_profile: profile,
      });
      shown[`test of ${name}`] = JSON.stringify(await tested(script, id));
      expect(shown[`test of ${name}`]).toContain("invalid_request");
      paths.push(`/integrations/${integration}/connections/${id}`);
      answers.push(`/connections/${id}/token`);
    }
    await lookAround(all, paths, answers);
    expect(leaks(program, secrets, shown)).toEqual([]);
    await program.stop();
    expect(leaks(program, secrets, { dump: backedUp(program) })).toEqual([]);
  });
  await echo.stop();
});
