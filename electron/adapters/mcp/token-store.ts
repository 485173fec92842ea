// What a sign-in gave, kept in the vault as one entry for each server. Values leave it only towards the server and its own
// authorization server; they are taken out of everything that comes back.

import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { noFacts } from '../../../shared/model/vault.ts';
import type { Vault } from '../../runtime/ports.ts';

export interface KeptSignIn {
  /** The server's address that it was made at. Under the same name another server may stand later: it gets nothing of this. */
  url?: string | undefined;
  client?: OAuthClientInformationMixed | undefined;
  /** Of the way back from the browser, which the client was registered with. */
  redirectUrl?: string | undefined;
  tokens?: OAuthTokens | undefined;
  scope?: string | undefined;
  discovery?: OAuthDiscoveryState | undefined;
  /** The sign-in service that a given client was first used at; it stays when the person signs out. */
  pinned?: { client: string; issuer: string } | undefined;
  at?: number | undefined;
}

export type SignInVault = Pick<Vault, 'reveal' | 'set' | 'replace' | 'remove' | 'list' | 'keeper'>;

/** An entry of the vault holds no more than this. */
const mostLength = 60_000;

export class TokenStore {
  readonly #name: SecretName;
  readonly #title: string;
  readonly #party: { kind: 'server'; id: string; title: string };
  readonly #vault: SignInVault;
  readonly #url: string;
  #kept: KeptSignIn | undefined;
  #loading: Promise<KeptSignIn> | undefined;

  constructor({ id: server, title, url }: Pick<ServerConfig, 'id' | 'title'> & { url: string }, vault: SignInVault) {
    this.#name = `oauth.${server}` as SecretName;
    this.#title = title;
    this.#party = { kind: 'server', id: server, title };
    this.#vault = vault;
    this.#url = new URL(url).href;
  }

  /** Throws `vault-locked` and the like. */
  get(): Promise<KeptSignIn> {
    if (this.#kept !== undefined) return Promise.resolve(this.#kept);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async put(given: KeptSignIn): Promise<void> {
    const next = { ...given, url: this.#url };
    this.#kept = next;
    const whole = JSON.stringify(next);
    // What the servers say of themselves can be read from them again.
    const text = whole.length <= mostLength ? whole : JSON.stringify({ ...next, discovery: undefined });
    if (this.#isThere()) {
      await this.#vault.replace(this.#name, text);
      return;
    }
    const note = `Sign-in at the tool server “${this.#title}”. Made and renewed by Orrery.`;
    if (this.#vault.keeper === undefined) await this.#vault.set(this.#name, text, note);
    // Nobody but this server is ever given it, whatever handle is written where.
    else
      await this.#vault.keeper.create({
        name: this.#name,
        kind: 'token',
        values: { value: text },
        note,
        facts: { ...noFacts, access: 'listed', parties: [this.#party] },
      });
  }

  async remove(): Promise<void> {
    const { pinned } = await this.get();
    if (pinned !== undefined) return this.put({ pinned });
    this.#kept = {};
    if (this.#isThere()) await this.#vault.remove(this.#name);
  }

  /** The values themselves, for taking them out of texts. */
  values(): string[] {
    const { tokens, client } = this.#kept ?? {};
    return [tokens?.access_token, tokens?.refresh_token, client?.client_secret].filter(
      (each): each is string => each !== undefined && each.length >= 4,
    );
  }

  get name(): SecretName {
    return this.#name;
  }

  #isThere(): boolean {
    return this.#vault.list().some((each) => each.name === this.#name);
  }

  async #load(): Promise<KeptSignIn> {
    let kept: KeptSignIn = {};
    const text = this.#isThere() ? await this.#vault.reveal(this.#name, { receiver: this.#party }) : '{}';
    try {
      kept = JSON.parse(text) as KeptSignIn;
    } catch {
      kept = {}; // a person put something else under this name: signing in replaces it
    }
    if (kept.url !== this.#url) kept = {};
    this.#kept = kept;
    return kept;
  }
}
