import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

/** A person at the provider. */
export interface ProviderPerson {
  readonly email: string;
  readonly email_verified: boolean;
}

/** Makes another id token of the right one; undefined: none. */
export type Forgery = (idToken: string) => Promise<string | undefined>;

export const CLIENT = { id: "featstore", secret: "a-client-secret-of-the-tests" };

/** Starts an OpenID Connect provider that signs in the person of `signsIn` without a page. */
export async function startOidcProvider(redirectUri: string) {
  const listener = { current: undefined as ReturnType<Provider["callback"]> | undefined };
  const server: Server = createServer((request, response) => void listener.current?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = await generateKeyPair("RS256", { extractable: true });
  const state = {
    person: { email: "ada@example.com", email_verified: true } as ProviderPerson,
    forge: undefined as Forgery | undefined,
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), alg: "RS256", use: "sig", kid: "test" }] },
    cookies: { keys: ["a-cookie-key-of-the-tests"] },
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: "Ada", ...state.person }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async (context) => {
      const { session, client, provider: of } = context.oidc;
      const grant = new of.Grant({ accountId: session?.accountId ?? "", clientId: client?.clientId ?? "" });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  listener.current = (request, response) => {
    if (request.url === "/token") changeToken(response as ServerResponse, () => state.forge);
    if (request.url?.startsWith("/interaction/") !== true) return answer(request, response);
    const login = { accountId: `sub-of-${state.person.email}` };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  };
  return {
    issuer,
    privateKey: keys.privateKey,
    signsIn: (person: ProviderPerson) => {
      state.person = person;
    },
    /** Changes the id tokens from now on; undefined: no more. */
    forges: (forge: Forgery | undefined) => {
      state.forge = forge;
    },
    /** Follows the provider's redirects as a browser does, and returns the query that comes back to the client. */
    async visit(location: string): Promise<string> {
      const jar = new Map<string, string>();
      let next = location;
      while (!next.startsWith(redirectUri)) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await fetch(next, { redirect: "manual", headers: { cookie } });
        for (const text of response.headers.getSetCookie()) {
          const [name = "", value = ""] = (text.split(";", 1)[0] ?? "").split(/=(.*)/s);
          jar.set(name, value);
        }
        const target = response.headers.get("location");
        if (target === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
        next = new URL(target, issuer).href;
      }
      return new URL(next).search.slice(1);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type OidcProvider = Awaited<ReturnType<typeof startOidcProvider>>;

function changeToken(response: ServerResponse, forgery: () => Forgery | undefined): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  const changed = async (body: string): Promise<string> => {
    const answer = JSON.parse(body) as { id_token?: string };
    const forge = forgery();
    if (forge === undefined || answer.id_token === undefined) return body;
    return JSON.stringify({ ...answer, id_token: await forge(answer.id_token) });
  };
  response.end = ((body: string | Buffer) => {
    void changed(String(body)).then((text) => {
      response.setHeader("content-length", Buffer.byteLength(text));
      end(text);
    });
    return response;
  }) as ServerResponse["end"];
}
