// A prompt or a resource of a tool server, asked for by the person: what came is redacted, and that it was asked for is in the audit log.
// Agents have no way here: they call tools, through the belt.

import { textOfBlob } from '../../../shared/blob-text.ts';
import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { PromptMessage, ResourceContent } from '../../../shared/model/mcp.ts';
import type { ToolHost, Vault } from '../ports.ts';
import type { Audit } from '../services.ts';
import { redactContent, redactError } from './redact.ts';

export interface ServerReads {
  /** Throws `resource-not-given`, `server-not-running`, `server-not-found`, `not-offered`, `cancelled`. */
  resource(server: ServerId, uri: string, signal: AbortSignal): Promise<ResourceContent[]>;
  /** The same of one that is followed and has changed: that it is followed was told when it was first read. */
  again(server: ServerId, uri: string, signal: AbortSignal): Promise<ResourceContent[]>;
  /** Throws `prompt-not-given` and the same. */
  prompt(server: ServerId, name: string, args: Record<string, string>, signal: AbortSignal): Promise<PromptMessage[]>;
}

interface Deps {
  tools: Pick<ToolHost, 'servers' | 'readResource' | 'getPrompt'>;
  vault: Pick<Vault, 'redact'>;
  audit?: Audit | undefined;
}

const notGiven = {
  resource: {
    code: 'resource-not-given',
    words: 'does not give this resource',
    hint: 'Check its address. Servers keep some for a short while only: then call the tool again that gave it.',
  },
  prompt: {
    code: 'prompt-not-given',
    words: 'does not give this prompt',
    hint: 'Check its arguments. Its page says which prompts it has.',
  },
} as const;

/** Bytes that are text go where text goes: where a secret is in them, what is given is the text without it. */
function redactRead(vault: Deps['vault'], { uri, text, blob, ...rest }: ResourceContent): ResourceContent {
  const known = { uri: vault.redact(uri), ...rest };
  if (text !== undefined) return { ...known, text: vault.redact(text) };
  const read = blob === undefined ? undefined : textOfBlob(blob, rest.mimeType);
  const clean = read === undefined ? undefined : vault.redact(read);
  return clean !== undefined && clean !== read ? { ...known, text: clean } : { ...known, ...(blob === undefined ? {} : { blob }) };
}

export function createServerReads({ tools, vault, audit }: Deps): ServerReads {
  const titleOf = (server: ServerId): string => tools.servers().find(({ id }) => id === server)?.title ?? server;

  interface Read {
    server: ServerId;
    kind: keyof typeof notGiven;
    name: string;
    isQuiet?: boolean;
  }

  async function read<T>({ server, kind, name, isQuiet = false }: Read, work: () => Promise<T>): Promise<T> {
    const title = titleOf(server);
    const note = (outcome: NewAuditEntry['outcome'], reason: string): void => {
      if (isQuiet) return;
      audit?.record({
        kind: 'call',
        actor: { kind: 'person', name: 'You' },
        what: `${server}.${kind === 'resource' ? 'resources/read' : 'prompts/get'}`,
        outcome,
        reason: vault.redact(reason).slice(0, 2000),
        details: { server, rule: 'person', why: 'You did it.', [kind]: vault.redact(name).slice(0, 1000) },
      });
    };
    try {
      const found = await work();
      note('done', `You read the ${kind} ${name} of ${title}.`);
      return found;
    } catch (error) {
      if (isCancelled(error)) {
        note('failed', `You asked ${title} for the ${kind} ${name} and stopped it.`);
        throw error;
      }
      const known = toAppError(error);
      note('failed', `You asked ${title} for the ${kind} ${name}: ${known.message}`);
      if (known.code !== 'server-refused') throw redactError(vault, known);
      const { code, words, hint } = notGiven[kind];
      const theirs = known.message.replace(/^The server answered with an error: /, '').replace(/^(MCP error -?\d+: )+/, '');
      throw redactError(vault, new AppError(code, `${title} ${words}. It says: ${theirs}`, { hint }));
    }
  }

  const contentsOf = async (server: ServerId, uri: string, signal: AbortSignal): Promise<ResourceContent[]> => {
    const contents = await tools.readResource(server, uri, signal);
    return contents.map((each) => redactRead(vault, each));
  };

  return {
    resource: (server, uri, signal) => read({ server, kind: 'resource', name: uri }, () => contentsOf(server, uri, signal)),
    again: (server, uri, signal) => read({ server, kind: 'resource', name: uri, isQuiet: true }, () => contentsOf(server, uri, signal)),
    prompt: (server, name, args, signal) =>
      read({ server, kind: 'prompt', name }, async () => {
        const messages = await tools.getPrompt(server, name, args, signal);
        return messages.map((each) => ({ ...each, content: redactContent(vault, each.content) }));
      }),
  };
}
