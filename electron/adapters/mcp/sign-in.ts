// Whether somebody is signed in at one server that is reached over HTTP: its tokens, when they are renewed, when a person has to
// sign in, and how. The page learns that it is needed and an address to open, never a token.

import { randomBytes } from 'node:crypto';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import type { Net } from '../../runtime/ports.ts';
import { listenForSignIn } from '../net/sign-in-listener.ts';
import { checkAuthAddress, createAuthFetch } from './auth-fetch.ts';
import type { Challenge, OauthContext } from './oauth.ts';
import { type SignInVault, TokenStore } from './token-store.ts';

const steps = () => import('./oauth.ts');

export interface SignInOptions {
  config: ServerConfig & { url: string };
  vault: SignInVault;
  net: Pick<Net, 'fetchFor'>;
  version: string;
  now(): number;
  /** How long a person has, in milliseconds. */
  timeMs: number;
  /** For the server's log. */
  note(level: 'info' | 'error', text: string): void;
  changed(): void;
}

export class SignIn {
  readonly #options: SignInOptions;
  readonly #url: URL;
  readonly #tokens: TokenStore;
  readonly #fetch: ReturnType<typeof createAuthFetch>;
  #challenge: Challenge = {};
  /** What was asked for by the last sign-in: a server that wants the very same again gets no second one. */
  #askedFor: string | undefined;
  #isNeeded = false;
  #isSignedIn = false;
  #isWaiting = false;
  #problem: { message: string; hint?: string } | undefined;
  #renewing: Promise<boolean> | undefined;
  #underWay: AbortController | undefined;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#url = new URL(options.config.url);
    this.#tokens = new TokenStore(options.config, options.vault);
    this.#fetch = createAuthFetch(options.net, this.#url, options.config.reach?.hosts ?? [], {
      actor: { kind: 'server', id: options.config.id, name: options.config.title },
      server: options.config.id,
    });
  }

  status(): ServerStatus['signIn'] {
    if (this.#isNeeded)
      return {
        needed: true,
        ...(this.#isWaiting ? { underWay: true } : {}),
        ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      };
    return this.#isSignedIn ? { needed: false, account: this.#url.host } : undefined;
  }

  async token(): Promise<string | undefined> {
    const { tokens } = await this.#tokens.get();
    this.#isSignedIn = tokens !== undefined;
    return tokens?.access_token;
  }

  /** Takes the values of this sign-in out of a text. */
  redact(text: string): string {
    let clean = text;
    for (const value of this.#tokens.values()) if (clean.includes(value)) clean = clean.replaceAll(value, `[secret:${this.#tokens.name}]`);
    return clean;
  }

  /** The server refused a request that carried `used`. True: ask again with the token there is now. Throws `not-authorized`. */
  async refused(response: { status: number; challenge: Challenge }, used: string | undefined): Promise<boolean> {
    this.#challenge = { ...this.#challenge, ...response.challenge };
    const kept = await this.#tokens.get();
    // Another request has renewed it meanwhile.
    if (kept.tokens?.access_token !== undefined && kept.tokens.access_token !== used) return true;
    if (response.status === 403) throw this.#wantsMore(response.challenge, used !== undefined);
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    if (await this.#renewing) return true;
    this.#need();
    throw new AppError('not-authorized', `“${this.#options.config.title}” wants you to sign in.`, { hint: 'Sign in on its page.' });
  }

  /** Throws `sign-in-refused`, `address-not-allowed`, `net-…`. */
  async begin(signal: AbortSignal): Promise<{ url: string; done: Promise<void> }> {
    this.#underWay?.abort();
    const stop = new AbortController();
    this.#underWay = stop;
    const both = AbortSignal.any([signal, stop.signal]);
    const { beginSignIn, discover, scopesFor } = await steps();
    const { config, timeMs } = this.#options;
    const kept = await this.#tokens.get();
    const listener = await this.#listen(kept.redirectUrl);
    try {
      const context = await this.#context();
      const discovery = await discover(context, this.#challenge);
      const scope = scopesFor(discovery, this.#challenge, config.oauth, kept.tokens === undefined ? undefined : kept.scope);
      const state = randomBytes(24).toString('base64url');
      const flow = await beginSignIn(context, kept, { discovery, redirectUrl: listener.redirectUrl, scope, state });
      checkAuthAddress(flow.address, this.#url, config.reach?.hosts ?? []);
      const done = (async () => {
        const code = await listener.code({ state, issuer: flow.issuer, mustNameIssuer: flow.mustNameIssuer }, both, timeMs);
        await this.#tokens.put({ ...(await this.#finished(flow.finish(code))), at: this.#options.now() });
        this.#askedFor = this.#challenge.scope;
        this.#isNeeded = false;
        this.#isSignedIn = true;
        this.#isWaiting = false;
        this.#options.note('info', `Signed in at ${this.#url.host}.`);
        this.#options.changed();
      })();
      this.#isWaiting = true;
      this.#problem = undefined;
      this.#options.changed();
      done.catch((error: unknown) => {
        const { message, hint } = toAppError(error);
        this.#options.note('error', `The sign-in ended: ${message}`);
        // Another one was begun, or it is no longer wanted: nobody waits for this one's end.
        if (stop.signal.aborted) return;
        this.#isWaiting = false;
        this.#problem = { message, ...(hint === undefined ? {} : { hint }) };
        this.#options.changed();
      });
      return { url: flow.address.href, done };
    } catch (error) {
      listener.close();
      throw this.#inWords(error);
    }
  }

  async signOut(): Promise<void> {
    this.#underWay?.abort();
    this.#isSignedIn = false;
    this.#askedFor = undefined;
    await this.#tokens.remove();
    this.#options.changed();
  }

  close(): void {
    this.#underWay?.abort();
  }

  /** Where the last client was registered with a port of its own that one is taken again, so that it stays the same client. */
  async #listen(before: string | undefined) {
    const fixed = this.#options.config.oauth?.redirectPort;
    if (fixed !== undefined) return listenForSignIn(fixed);
    const port = before === undefined ? 0 : Number(new URL(before).port);
    return listenForSignIn(port).catch(() => listenForSignIn(0));
  }

  #need(): void {
    this.#isNeeded = true;
    this.#options.changed();
  }

  #wantsMore(challenge: Challenge, wasSignedIn: boolean): AppError {
    if (wasSignedIn && challenge.scope === this.#askedFor)
      return new AppError(
        'not-authorized',
        `“${this.#options.config.title}” refuses this, although you signed in with what it asked for.`,
        {
          hint: 'Its account may not have the right; ask those who run the server.',
        },
      );
    this.#need();
    return new AppError(
      'not-authorized',
      `“${this.#options.config.title}” wants you to sign in again, with more rights: ${(challenge.scope ?? 'not named').slice(0, 200)}.`,
      {
        hint: 'Sign in again on its page, then repeat this.',
      },
    );
  }

  async #renew(): Promise<boolean> {
    const { renew, tokensForClient } = await steps();
    const context = await this.#context();
    try {
      const kept = await this.#tokens.get();
      const next =
        this.#options.config.oauth?.by === 'client-credentials'
          ? kept.tokens === undefined || this.#options.now() - (kept.at ?? 0) > 5_000
            ? await tokensForClient(context, this.#challenge)
            : undefined
          : await renew(context, kept);
      if (next?.tokens === undefined) return false;
      await this.#tokens.put({ ...next, at: this.#options.now() });
      return true;
    } catch (error) {
      throw this.#inWords(error);
    }
  }

  async #context(): Promise<OauthContext> {
    const { config, vault, version } = this.#options;
    const secret = (name: Parameters<SignInVault['reveal']>[0] | undefined) =>
      name === undefined ? undefined : vault.reveal(name, { receiver: { kind: 'server', id: config.id, title: config.title } });
    return {
      url: this.#url,
      fetch: this.#fetch,
      config: config.oauth,
      version,
      clientSecret: await secret(config.oauth?.clientSecret),
      privateKey: await secret(config.oauth?.privateKey),
      pinned: (await this.#tokens.get()).pinned,
    };
  }

  async #finished<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#inWords(error);
    }
  }

  #inWords(error: unknown): AppError {
    const known = toAppError(error);
    if (known.code !== 'internal') return known;
    const said = this.redact(error instanceof Error ? error.message : String(error)).slice(0, 500);
    return new AppError('sign-in-refused', `The sign-in at ${this.#url.host} did not work: ${said}`, {
      hint: 'Try again; if it stays so, tell those who run the server.',
    });
  }
}

/** Of a server at an address; a program on this machine has none. */
export function signInOf(config: ServerConfig, options: Omit<SignInOptions, 'config'>): SignIn | undefined {
  const { url, transport = 'stdio' } = config;
  if (transport === 'stdio' || url === undefined || !URL.canParse(url)) return undefined;
  return new SignIn({ ...options, config: { ...config, url } });
}
