// Connections that one life of a contained server tried and its proxy did not make, so that its failed start and its calls name them:
// the server itself only says “fetch failed”. It keeps the newest, and says nothing of who was to blame.

import { AppError, toAppError } from '../../../shared/errors.ts';
import { type StartCause, type ToolResult, toolText } from '../../../shared/model/tool.ts';
import { isLocalName } from '../net/policy.ts';
import type { Refused } from '../sandbox/sandbox.ts';
import { hostNotGiven } from './launch/diagnose-contained.ts';
import type { StartFailure } from './launch/start-error.ts';

const most = 50;
/** Hosts named beneath one result. */
const named = 3;

export class RefusedHosts {
  /** Those it may reach. With none it has no network, and no proxy that could tell. */
  readonly hosts: readonly string[];
  #count = 0;
  #newest: Refused[] = [];

  constructor(hosts: readonly string[]) {
    this.hosts = hosts;
  }

  /** Where a call or a start begins. */
  get mark(): number {
    return this.#count;
  }

  add(refused: Refused): void {
    if (refused.code === 'cancelled') return;
    this.#count += 1;
    this.#newest.push(refused);
    if (this.#newest.length > most) this.#newest.shift();
  }

  /** Each host once, oldest first. */
  since(mark: number): Refused[] {
    const tried = Math.min(this.#count - mark, this.#newest.length);
    return tried === 0 ? [] : [...new Map(this.#newest.slice(-tried).map((each) => [each.host, each])).values()];
  }
}

/** As the list of hosts of a server has it. */
const plain = (host: string): string => host.slice(0, 260).replace(/:(?:443|80)$/, '');

/** Only such a host is offered by a button: this machine and those nearby are given on its page. */
const isPublicName = (host: string): boolean =>
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+(?::\d{1,5})?$/i.test(host) && !isLocalName(host.replace(/:\d+$/, ''));

/** What happened, and what to do, each a sentence. */
function wordsOf(during: 'call' | 'start', { host, code, message }: Refused): { said: string; next: string | undefined } {
  const name = plain(host);
  const refused = `During ${during === 'call' ? 'this call' : 'its start'} its connection to ${name} was refused:`;
  switch (code) {
    case 'offline':
      return { said: `${refused} Orrery is offline.`, next: 'Turn “Offline” off in the status bar, if it is to be reached.' };
    case 'host-not-allowed':
      return {
        said: `${refused} that host is not among those it may reach.`,
        next: `Add the host ${name} on its Permissions tab, if it should reach it.`,
      };
    case 'address-not-allowed':
      return { said: `${refused} ${message}`, next: 'If that is a server of your own, add its address on its Permissions tab.' };
    case 'url-not-allowed':
    case 'url-invalid':
      return { said: `${refused} ${message}`, next: undefined };
    default:
      return { said: `${refused.replace('was refused:', 'did not come about:')} ${message}`, next: undefined };
  }
}

/** Words of libraries for a connection that did not come about. */
const failedToConnect =
  /\bfetch failed|failed to fetch|getaddrinfo|\bE(?:NOTFOUND|AI_AGAIN|NETUNREACH|CONNREFUSED|HOSTUNREACH)\b|name resolution|resolve host|network is unreachable|no such host|connection (?:error|refused)/i;

/** For one whose words are of the network, where no proxy of ours saw what it tried. */
function wordsOfItsOwn(text: string, hosts: readonly string[]): { said: string; next: string; host: string | undefined } | undefined {
  const words = text.slice(-32_000);
  const host = hostNotGiven(words, hosts);
  if (host !== undefined)
    return {
      host,
      said: `${host} is not among the hosts it may reach.`,
      next: `Add the host ${host} on its Permissions tab, if it should reach it.`,
    };
  if (hosts.length > 0 || !failedToConnect.test(words)) return undefined;
  const next = 'Add the hosts it should reach on its Permissions tab.';
  return { host: undefined, said: 'It runs in a sandbox without a network.', next };
}

function wordsAbout(text: string, refused: RefusedHosts, mark: number): { said: string; next: string | undefined }[] {
  const tried = refused.since(mark).slice(0, named);
  if (tried.length > 0) return tried.map((each) => wordsOf('call', each));
  const own = wordsOfItsOwn(text, refused.hosts);
  return own === undefined ? [] : [own];
}

/** What a call gives, with what its server was not let reach meanwhile in the words of an error. */
export async function namingRefused<T>(called: Promise<T>, refused: RefusedHosts, mark: number): Promise<T> {
  try {
    return await called;
  } catch (error) {
    const known = toAppError(error);
    if (known.code === 'cancelled') throw error;
    const words = wordsAbout(known.message, refused, mark);
    if (words.length === 0) throw error;
    const hint = words.find(({ next }) => next !== undefined)?.next ?? known.hint;
    throw new AppError(known.code, [known.message, ...words.map(({ said }) => said)].join(' '), {
      ...(hint === undefined ? {} : { hint }),
      retryable: known.retryable,
      cause: error,
    });
  }
}

/** The same, and beneath the result of one that came. */
export async function withRefused(called: Promise<ToolResult>, refused: RefusedHosts): Promise<ToolResult> {
  const { mark } = refused;
  const result = await namingRefused(called, refused, mark);
  if (!result.isError && refused.mark === mark) return result;
  const words = wordsAbout(result.isError ? toolText(result) : '', refused, mark);
  const notes = words.map(({ said, next }) => (next === undefined ? said : `${said} ${next}`));
  return notes.length === 0 ? result : { ...result, notes: [...(result.notes ?? []), ...notes] };
}

/** Causes that leave open what it was. */
const isOpen: ReadonlySet<StartCause> = new Set(['exited', 'unknown', 'timed-out']);
const ofNetwork =
  /fetch|network|connect|socket|proxy|tunnel|host|resolve|getaddrinfo|unreachable|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|timed out|did not answer|\b(?:403|50[234])\b/i;

/**
 * A failed start, with what it was not let reach until then. What its words say of the network has its cause there. `output` is what it
 * said besides.
 */
export function startRefused(failure: StartFailure, refused: RefusedHosts, output = ''): StartFailure {
  if (!isOpen.has(failure.cause)) return failure;
  const tried = refused.since(0);
  const [first] = tried;
  if (first === undefined) {
    const own = failure.cause === 'timed-out' ? undefined : wordsOfItsOwn(`${output}\n${failure.message}`, refused.hosts);
    if (own === undefined) return failure;
    return {
      ...failure,
      cause: 'sandbox',
      ...(own.host === undefined ? {} : { wantsToReach: own.host }),
      message: `${failure.message} ${own.said}`,
      hint: `${own.next} Then start it again.`,
    };
  }
  const words = tried.slice(0, named).map((each) => wordsOf('start', each));
  const message = [failure.message, ...words.map(({ said }) => said)].join(' ');
  const next = words[0]?.next;
  if (next === undefined || !ofNetwork.test(failure.message)) return { ...failure, message };
  return {
    ...failure,
    cause: first.code === 'offline' ? 'unreachable' : 'sandbox',
    ...(first.code === 'host-not-allowed' && isPublicName(plain(first.host)) ? { wantsToReach: plain(first.host) } : {}),
    message,
    hint: `${next} Then start it again.`,
  };
}
