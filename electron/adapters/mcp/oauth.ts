// The steps of OAuth that a sign-in at a tool server needs, over the SDK: discovery, scopes, registration, the exchange, renewal.
// Loaded when a server first asks for it. Keeps nothing itself.

import {
  auth,
  discoverOAuthServerInfo,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  refreshAuthorization,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { createPrivateKeyJwtAuth } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import type { OAuthClientMetadata, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { AppError } from '../../../shared/errors.ts';
import type { ServerOauth } from '../../../shared/model/tool.ts';
import type { KeptSignIn } from './token-store.ts';

type AuthFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What a 401 or 403 said about signing in. */
export interface Challenge {
  scope?: string | undefined;
  resourceMetadataUrl?: URL | undefined;
}

export interface OauthContext {
  url: URL;
  fetch: AuthFetch;
  config: ServerOauth | undefined;
  version: string;
  /** The values behind the config's names in the vault. */
  clientSecret: string | undefined;
  privateKey: string | undefined;
  /** Where the given client was first used. */
  pinned: KeptSignIn['pinned'];
}

/**
 * A client that the person was given is for one sign-in service: a tool server that later names another one would get its secret, or a
 * code, sent there. Throws `sign-in-refused`. Gives what is to be kept; undefined for clients that are registered anew anywhere.
 */
export function pinIssuer(
  { config, pinned }: Pick<OauthContext, 'config' | 'pinned'>,
  discovery: OAuthDiscoveryState,
): KeptSignIn['pinned'] {
  const client = config?.clientId;
  // One that is an address and proves itself with no key is the same everywhere; but a service that the person named is the only one.
  const isAnywhere = client === undefined || (/^https:\/\//.test(client) && config?.privateKey === undefined);
  if (isAnywhere && config?.issuer === undefined) return undefined;
  const found = plainIssuer(discovery.authorizationServerUrl);
  const wanted = config?.issuer ?? (pinned?.client === client ? pinned?.issuer : undefined);
  if (wanted !== undefined && plainIssuer(wanted) !== found)
    throw new AppError(
      'sign-in-refused',
      `The server names ${found} to sign in at, and its client was given for ${plainIssuer(wanted)}. Nothing was sent there.`,
      {
        hint: 'Ask its makers. If they have moved, write the new sign-in service into its settings.',
      },
    );
  return client === undefined ? undefined : { client, issuer: found };
}

const plainIssuer = (address: string): string => (URL.canParse(address) ? new URL(address).href : address).replace(/\/+$/, '');

export async function discover(context: OauthContext, challenge: Challenge): Promise<OAuthDiscoveryState> {
  const { resourceMetadataUrl } = challenge;
  const found = await discoverOAuthServerInfo(context.url, {
    fetchFn: context.fetch,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
  });
  pinIssuer(context, found);
  return { ...found, ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: resourceMetadataUrl.href }) };
}

/** What is asked for: what the server wants now, and what it gave before; the right to renew where that is known there. */
export function scopesFor(
  discovery: OAuthDiscoveryState,
  challenge: Challenge,
  config: ServerOauth | undefined,
  before: string | undefined,
): string | undefined {
  const wanted = challenge.scope ?? discovery.resourceMetadata?.scopes_supported?.join(' ') ?? config?.scope;
  const all = new Set([...(before ?? '').split(' '), ...(wanted ?? '').split(' ')].filter((each) => each !== ''));
  if (config?.by !== 'client-credentials' && discovery.authorizationServerMetadata?.scopes_supported?.includes('offline_access') === true)
    all.add('offline_access');
  return all.size === 0 ? undefined : [...all].join(' ');
}

const metadata = (context: OauthContext, redirectUrl: string | undefined, scope: string | undefined): OAuthClientMetadata => ({
  client_name: 'Orrery',
  software_id: 'orrery',
  software_version: context.version,
  redirect_uris: redirectUrl === undefined ? [] : [redirectUrl],
  grant_types: redirectUrl === undefined ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
  response_types: redirectUrl === undefined ? [] : ['code'],
  token_endpoint_auth_method: context.clientSecret === undefined ? 'none' : 'client_secret_basic',
  ...(scope === undefined ? {} : { scope }),
});

/** The client that the person was given by the server's makers. */
function givenClient({ config, clientSecret }: OauthContext): KeptSignIn['client'] {
  const id = config?.clientId;
  if (id === undefined || /^https:\/\//.test(id)) return undefined;
  return { client_id: id, ...(clientSecret === undefined ? {} : { client_secret: clientSecret }) };
}

interface Flow {
  discovery: OAuthDiscoveryState;
  client: KeptSignIn['client'];
  tokens?: OAuthTokens;
  address?: URL;
  verifier?: string;
}

function providerOf(
  context: OauthContext,
  flow: Flow,
  ask: { redirectUrl: string | undefined; scope: string | undefined; state: string },
): OAuthClientProvider {
  const { config, privateKey } = context;
  const isUrlClient = config?.clientId !== undefined && /^https:\/\//.test(config.clientId);
  return {
    get redirectUrl() {
      return ask.redirectUrl;
    },
    ...(isUrlClient ? { clientMetadataUrl: config.clientId as string } : {}),
    get clientMetadata() {
      return metadata(context, ask.redirectUrl, ask.scope);
    },
    state: () => ask.state,
    clientInformation: () => flow.client,
    saveClientInformation: (client) => {
      flow.client = client;
    },
    // A sign-in begins anew: what was given before is not offered again.
    tokens: () => undefined,
    saveTokens: (tokens) => {
      flow.tokens = tokens;
    },
    redirectToAuthorization: (address) => {
      flow.address = address;
    },
    saveCodeVerifier: (verifier) => {
      flow.verifier = verifier;
    },
    codeVerifier: () => flow.verifier ?? '',
    discoveryState: () => flow.discovery,
    ...(ask.redirectUrl === undefined
      ? {
          prepareTokenRequest: (scope?: string) =>
            new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }),
        }
      : {}),
    ...(privateKey === undefined || config?.clientId === undefined
      ? {}
      : {
          addClientAuthentication: createPrivateKeyJwtAuth({
            issuer: config.clientId,
            subject: config.clientId,
            privateKey,
            alg: config.algorithm ?? 'ES256',
          }),
        }),
  };
}

/** A sign-in on its way: the address for the person, and what to do with the code that comes back. */
export async function beginSignIn(
  context: OauthContext,
  kept: KeptSignIn,
  ask: { discovery: OAuthDiscoveryState; redirectUrl: string; scope: string | undefined; state: string },
): Promise<{ address: URL; issuer: string | undefined; mustNameIssuer: boolean; finish(code: string): Promise<KeptSignIn> }> {
  // A client that was registered for another way back is not taken again.
  // Nor one that was registered at another sign-in service.
  const isSame = kept.discovery === undefined || kept.discovery.authorizationServerUrl === ask.discovery.authorizationServerUrl;
  const registered = kept.redirectUrl === ask.redirectUrl && isSame ? kept.client : undefined;
  const flow: Flow = { discovery: ask.discovery, client: givenClient(context) ?? registered };
  const provider = providerOf(context, flow, ask);
  const options = { serverUrl: context.url, fetchFn: context.fetch, ...(ask.scope === undefined ? {} : { scope: ask.scope }) };
  await auth(provider, options);
  if (flow.address === undefined)
    throw new AppError('sign-in-refused', 'The server names no address to sign in at.', { hint: 'Ask its makers.' });
  return {
    address: flow.address,
    issuer: ask.discovery.authorizationServerMetadata?.issuer,
    // RFC 9207; the SDK keeps the field and does not know it.
    mustNameIssuer:
      (ask.discovery.authorizationServerMetadata as { authorization_response_iss_parameter_supported?: unknown } | undefined)
        ?.authorization_response_iss_parameter_supported === true,
    async finish(code) {
      await auth(provider, { ...options, authorizationCode: code });
      return {
        client: flow.client,
        redirectUrl: ask.redirectUrl,
        tokens: flow.tokens,
        scope: flow.tokens?.scope ?? ask.scope,
        discovery: flow.discovery,
        pinned: pinIssuer(context, flow.discovery),
      };
    },
  };
}

/** Tokens for a client that needs nobody. */
export async function tokensForClient(context: OauthContext, challenge: Challenge): Promise<KeptSignIn> {
  const discovery = await discover(context, challenge);
  const scope = scopesFor(discovery, challenge, context.config, undefined);
  const flow: Flow = { discovery, client: givenClient(context) };
  const provider = providerOf(context, flow, { redirectUrl: undefined, scope, state: '' });
  await auth(provider, { serverUrl: context.url, fetchFn: context.fetch, ...(scope === undefined ? {} : { scope }) });
  return { client: flow.client, tokens: flow.tokens, scope, discovery, pinned: pinIssuer(context, discovery) };
}

/** Renewed tokens, or undefined where the server will not renew them: then somebody has to sign in. */
export async function renew(context: OauthContext, kept: KeptSignIn): Promise<KeptSignIn | undefined> {
  const { tokens } = kept;
  const client = givenClient(context) ?? kept.client;
  if (tokens?.refresh_token === undefined || client === undefined) return undefined;
  const discovery = kept.discovery ?? (await discover(context, {}));
  pinIssuer(context, discovery);
  // A refresh token goes to nobody but who gave it.
  if (tokens.issuer !== undefined && tokens.issuer !== discovery.authorizationServerUrl) return undefined;
  const provider = providerOf(context, { discovery, client }, { redirectUrl: kept.redirectUrl, scope: undefined, state: '' });
  try {
    const renewed = await refreshAuthorization(discovery.authorizationServerUrl, {
      ...(discovery.authorizationServerMetadata === undefined ? {} : { metadata: discovery.authorizationServerMetadata }),
      clientInformation: client,
      refreshToken: tokens.refresh_token,
      ...(discovery.resourceMetadata === undefined ? {} : { resource: discovery.resourceMetadata.resource }),
      ...(provider.addClientAuthentication === undefined ? {} : { addClientAuthentication: provider.addClientAuthentication }),
      fetchFn: context.fetch,
    });
    return { ...kept, tokens: { ...renewed, ...(tokens.issuer === undefined ? {} : { issuer: tokens.issuer }) } };
  } catch (error) {
    // Out of reach is no refusal: the tokens may still be good tomorrow.
    if (error instanceof AppError) throw error;
    return undefined;
  }
}
