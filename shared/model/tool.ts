// Tool servers and their tools, as the UI, agents and workflows see them.

import { z } from 'zod';
import { secretName, serverId } from './ids.ts';
import { jsonObject, jsonValue } from './json.ts';
import { secretField } from './vault.ts';

/** An environment variable's value: plain text, or a secret by its handle (put in when the process starts). */
export const envValue = z.union([z.object({ text: z.string() }), z.object({ secret: secretName, field: secretField.optional() })]);

/** Where a server came from; shown, and what a newer version is looked for by. */
export const serverSource = z.object({
  kind: z.enum(['typed', 'catalogue', 'npm', 'mcpb', 'import']),
  /** Catalogue id, package name with version, bundle file, or the file it was imported from. */
  ref: z.string().max(1000),
});

/** Folders that a server reads without a grant, or it could not run: read only. */
export const programFolders = z.object({
  /** Where its program, what runs it and its package lie. */
  own: z.array(z.string()),
  /** Of other programs on PATH, which it may have to call; those of the system are not listed. */
  path: z.array(z.string()),
});
export type ProgramFolders = z.infer<typeof programFolders>;

/** What a tool server may touch on this machine. */
export const serverReach = z.object({
  /** `on`: in the system's sandbox where there is one. `off`: a person chose to let it do what they may do. */
  sandbox: z.enum(['on', 'off']).default('on'),
  /** Absolute folders; its own working folder is always there. */
  folders: z
    .array(z.object({ path: z.string().max(4096), write: z.boolean() }))
    .max(50)
    .default([]),
  /** Host names it may reach, `*.example.com` too; `*` is any public host. None means no network. */
  hosts: z.array(z.string().max(253)).max(100).default([]),
  /** Roots told to the server over MCP, when it asks. */
  roots: z.array(z.string().max(4096)).max(50).default([]),
  /** Tokens of the person's model it may use by sampling in a day; 0 refuses. */
  samplingTokens: z.number().int().min(0).max(10_000_000).default(0),
});
export type ServerReach = z.infer<typeof serverReach>;

/** How to sign in where a server asks for it and does not register clients by itself. */
export const serverOauth = z.object({
  /** Given by the server's makers; an https address is a client-id metadata document. */
  clientId: z.string().max(500).optional(),
  clientSecret: secretName.optional(),
  /** A private key (PEM) that signs instead of a client secret, and its algorithm; for `client-credentials`. */
  privateKey: secretName.optional(),
  algorithm: z.enum(['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']).optional(),
  /** `person` signs in in a browser; `client-credentials` needs nobody. */
  by: z.enum(['person', 'client-credentials']).default('person'),
  scope: z.string().max(1000).optional(),
  /** The sign-in service that the client was given for. Without it, the one that is met first; no other gets the client's secret. */
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  /** Of this machine, for the way back from the browser, where the makers want a fixed one. */
  redirectPort: z.number().int().min(1024).max(65535).optional(),
});
export type ServerOauth = z.infer<typeof serverOauth>;

export const serverConfig = z
  .object({
    id: serverId,
    title: z.string().min(1).max(80),
    /** `stdio` starts a program; `http` is Streamable HTTP; `sse` is the older form with two addresses. */
    transport: z.enum(['stdio', 'http', 'sse']).optional(),
    /** Empty for a server that is reached over HTTP. */
    command: z.string().max(1000),
    args: z.array(z.string().max(4000)).max(100).default([]),
    env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), envValue).default({}),
    cwd: z.string().max(1000).optional(),
    /** For `http` and `sse`. */
    url: z.string().max(2000).optional(),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), envValue).optional(),
    oauth: serverOauth.optional(),
    enabled: z.boolean().default(true),
    reach: serverReach.optional(),
    source: serverSource.optional(),
  })
  .superRefine((config, context) => {
    const isRemote = (config.transport ?? 'stdio') !== 'stdio';
    if (!isRemote && config.command === '') context.addIssue({ code: 'custom', path: ['command'], message: 'must not be empty' });
    if (isRemote && (config.url === undefined || !/^https?:\/\//i.test(config.url)))
      context.addIssue({ code: 'custom', path: ['url'], message: 'must be an address that starts with https:// or http://' });
  });
export type ServerConfig = z.infer<typeof serverConfig>;

export const serverState = z.enum(['stopped', 'starting', 'ready', 'failed', 'restarting']);
export type ServerState = z.infer<typeof serverState>;

export const startCause = z.enum([
  'not-found',
  'not-executable',
  'wrong-architecture',
  'exited',
  'bad-protocol',
  'timed-out',
  'too-big',
  'missing-secret',
  'missing-folder',
  'native-part',
  'newer-runtime',
  'port-taken',
  'not-cached',
  'not-authorized',
  'unreachable',
  'quarantined',
  'sandbox',
  'unknown',
]);
export type StartCause = z.infer<typeof startCause>;

export const toolInfo = z.object({
  server: serverId,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  inputSchema: jsonObject,
  outputSchema: jsonObject.optional(),
  /** What the server says of itself; believed only for built-in servers. */
  readOnly: z.boolean(),
  idempotent: z.boolean(),
  destructive: z.boolean(),
  /** It is not as a person last saw it: it is called only when they agree, and models are told of it as it was `before`, or not at all. */
  unaccepted: z
    .object({
      kind: z.enum(['added', 'changed']),
      before: z.object({ title: z.string(), description: z.string(), inputSchema: jsonObject }).optional(),
    })
    .optional(),
});
export type ToolInfo = z.infer<typeof toolInfo>;

/** One tool whose definition changed since it was accepted, as JSON texts for a difference view. */
export const toolChange = z.object({
  tool: z.string(),
  kind: z.enum(['added', 'changed', 'removed']),
  before: z.string().optional(),
  after: z.string().optional(),
  /** Characters that cannot be seen, spelled out with their place. */
  hidden: z.array(z.string()),
});
export type ToolChange = z.infer<typeof toolChange>;

export const serverStatus = z.object({
  id: serverId,
  title: z.string(),
  kind: z.enum(['built-in', 'child']),
  state: serverState,
  /** Only for child processes. */
  config: serverConfig.optional(),
  pid: z.number().int().optional(),
  startedAt: z.number().optional(),
  restarts: z.number().int(),
  toolCount: z.number().int(),
  /** Why it is not running: a sentence, the cause, what to do. */
  failure: z
    .object({
      cause: startCause,
      message: z.string(),
      hint: z.string(),
      at: z.number(),
      retryAt: z.number().optional(),
      /** The Node that Orrery can fetch would mend it. */
      wantsNode: z.boolean().optional(),
      /** Allowing this host, where its package is to come from, would mend it: as the list of allowed hosts has it. */
      wantsHost: z.string().optional(),
      /** It runs in a sandbox, and letting it read (or write) this folder would mend it. Never one that nobody should give away at a click. */
      wantsFolder: z.object({ path: z.string(), write: z.boolean() }).optional(),
      /** The same of a host that it may not reach. */
      wantsToReach: z.string().optional(),
    })
    .optional(),
  /** Its newest stderr lines. */
  stderr: z.array(z.string()),
  /** Everything it said and what was done with it, on disk. */
  logFile: z.string().optional(),
  /** What it said of itself when it connected. */
  about: z
    .object({
      name: z.string(),
      version: z.string(),
      protocol: z.string(),
      capabilities: z.array(z.string()),
      instructions: z.string().optional(),
    })
    .optional(),
  /** How it is contained, in words. */
  contained: z
    .object({
      kind: z.enum(['sandbox', 'none', 'remote']),
      words: z.string(),
      programs: programFolders.optional(),
    })
    .optional(),
  /** It was set aside for what it did; it does not start until a person lets it. */
  quarantine: z.object({ reason: z.string(), at: z.number() }).optional(),
  /** Definitions that are not as a person last saw them; its tools ask until they are accepted. */
  changes: z.array(toolChange).optional(),
  /** Calls since it started. */
  calls: z.object({ count: z.number().int(), failed: z.number().int(), p50Ms: z.number(), p95Ms: z.number() }).optional(),
  /** Bytes resident, of it and its children; sampled. */
  memory: z.number().optional(),
  /** Counts up when its lists of resources or prompts are not what they were: whoever shows them reads them again. */
  listsChanged: z.number().int().optional(),
  /** It wants a person to sign in. */
  signIn: z
    .object({
      needed: z.boolean(),
      account: z.string().optional(),
      /** Somebody is at it now: the address is open until its time is over. */
      underWay: z.boolean().optional(),
      /** Why the last one came to nothing. */
      problem: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
    })
    .optional(),
  /** From the kept list: it does not run, and starts when one of its tools is called. */
  isAsleep: z.boolean().optional(),
});
export type ServerStatus = z.infer<typeof serverStatus>;

export const toolContent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), data: z.string(), mimeType: z.string() }),
  z.object({ type: z.literal('audio'), data: z.string(), mimeType: z.string() }),
  z.object({ type: z.literal('resource'), uri: z.string(), text: z.string().optional(), mimeType: z.string().optional() }),
  /** A resource that the server can be asked for, by its address; nothing of it is here. */
  z.object({
    type: z.literal('resource-link'),
    uri: z.string(),
    name: z.string(),
    description: z.string().optional(),
    mimeType: z.string().optional(),
    /** Bytes, as the server says. */
    size: z.number().optional(),
  }),
]);
export type ToolContent = z.infer<typeof toolContent>;

export const toolResult = z.object({
  content: z.array(toolContent),
  structured: jsonValue.optional(),
  /** The tool ran and says it failed; its text says why. */
  isError: z.boolean(),
  /** Of Orrery, not of the tool: what of its effects could not be seen, and what its server was not let reach. For people. */
  notes: z.array(z.string()).optional(),
});
export type ToolResult = z.infer<typeof toolResult>;

/**
 * What a step that called a tool keeps beside its result, for people who look at it: where its text and data do not say all of it (links,
 * resources, pictures, sounds, notes). It stands among the step's outputs under `answerPort`, which is no port: nothing can hang on it.
 */
export const toolAnswer = toolResult.pick({ content: true, notes: true }).extend({ server: serverId });
export const answerPort = 'answer';

/** The text of a result, for models, templates and terminals. */
export const toolText = (result: ToolResult): string => result.content.map(contentText).join('\n');

/** One part of it; what is no text is named. */
export function contentText(part: ToolContent): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'resource':
      return part.text ?? part.uri;
    case 'resource-link':
      return [part.name, part.description, part.uri].filter((each) => each !== undefined && each !== '').join('\n');
    case 'image':
    case 'audio':
      return `[${part.type} ${part.mimeType}]`;
  }
}
