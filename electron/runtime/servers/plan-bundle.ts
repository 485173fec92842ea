// The manifest of a bundle (`.mcpb`, formerly `.dxt`) as a plan: its command with the bundle's own folder in it, its settings as
// questions. Pure. The format: github.com/modelcontextprotocol/mcpb, MANIFEST.md, versions 0.1 to 0.4.

import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { issueAt } from '../../../shared/issue-words.ts';
import type { ImportQuestion } from '../../../shared/model/server-import.ts';
import { type ServerConfig, serverConfig } from '../../../shared/model/tool.ts';
import { mustBeWhole } from './bundle-parts.ts';
import { askHandle, freeId, type PlannedWithKeys, secretsNamedBy } from './plan-servers.ts';

const command = z.object({
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});

/** Loose where only people read it, strict where something is started. */
const manifest = z.object({
  manifest_version: z.string().optional(),
  dxt_version: z.string().optional(),
  name: z.string().min(1).max(200),
  display_name: z.string().max(200).optional(),
  version: z.string().max(100),
  description: z.string().max(5000).default(''),
  author: z.object({ name: z.string() }).optional(),
  server: z.object({
    type: z.enum(['node', 'python', 'binary', 'uv']),
    entry_point: z.string().optional(),
    /** One that is run by uv may leave it out. */
    mcp_config: command.extend({ platform_overrides: z.record(z.string(), command).optional() }).optional(),
  }),
  compatibility: z.object({ platforms: z.array(z.string()).optional(), runtimes: z.record(z.string(), z.string()).optional() }).optional(),
  user_config: z
    .record(
      z.string().regex(/^[\w.-]{1,80}$/),
      z.object({
        type: z.enum(['string', 'number', 'boolean', 'directory', 'file']),
        title: z.string().default(''),
        description: z.string().default(''),
        required: z.boolean().default(false),
        default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
        multiple: z.boolean().default(false),
        sensitive: z.boolean().default(false),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    )
    .default({}),
});
type Manifest = z.infer<typeof manifest>;

const kinds = { string: 'text', number: 'number', boolean: 'boolean', directory: 'folder', file: 'file' } as const;

export interface BundlePlace {
  /** Where it was unpacked. */
  folder: string;
  home: string;
  platform: 'darwin' | 'win32' | 'linux' | string;
  /** Its file's name, for `source`. */
  ref: string;
  /** Whether a file or folder is there, by its full path; where it is missing, nothing is looked for. */
  has?(path: string): boolean;
}

/** Throws `bundle-unreadable` with the field at fault, `bundle-not-for-this-system`, `bundle-incomplete`. */
export function planBundle(given: unknown, place: BundlePlace, existing: readonly ServerConfig[]): PlannedWithKeys {
  const parsed = manifest.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    throw new AppError('bundle-unreadable', `Its manifest.json does not fit: ${issueAt(field || 'the file', issue)}`, {
      hint: 'Get the bundle again, or tell its maker.',
      place: field,
    });
  }
  const { server, compatibility } = parsed.data;
  const platforms = compatibility?.platforms;
  if (platforms !== undefined && platforms.length > 0 && !platforms.includes(place.platform))
    throw new AppError(
      'bundle-not-for-this-system',
      `This bundle is made for ${platforms.map(systemName).join(' and ')}, not for ${systemName(place.platform)}.`,
      { hint: 'Look for one that is made for this system.' },
    );
  const base = server.mcp_config ?? usualStart(server);
  const own = base.platform_overrides?.[place.platform] ?? {};
  const start = { command: own.command ?? base.command ?? '', args: own.args ?? base.args ?? [], env: { ...base.env, ...own.env } };
  const fill = (text: string): string => filled(text, place);
  mustBeWhole(start, server.type === 'uv' ? server.entry_point : undefined, place, fill);
  const questions = questionsOf(parsed.data, fill);
  const title = (parsed.data.display_name ?? parsed.data.name).slice(0, 80);
  const args = start.args.flatMap((arg) => argOf(arg, parsed.data, fill));
  const config = serverConfig.safeParse({
    id: freeId(parsed.data.name, existing, new Set()),
    title,
    command: fill(start.command),
    args,
    env: Object.fromEntries(
      Object.entries(start.env).flatMap(([name, text]) => (isOpen(text, parsed.data) ? [] : [[name, { text: fill(text) }]])),
    ),
    // Its own folder is not among them: its program lies there, and may be read by that.
    reach: {
      folders: questions
        .filter((each) => each.kind === 'folder' || each.kind === 'file')
        .map((each) => ({ path: askHandle(each.id), write: each.kind === 'folder' })),
    },
    source: { kind: 'mcpb', ref: place.ref },
  });
  if (!config.success) {
    const issue = config.error.issues[0];
    const field = issue?.path.join('.') || 'what it says of its server';
    throw new AppError('bundle-unreadable', `Its server cannot be started: ${issueAt(field, issue)}`, { hint: 'Tell its maker.' });
  }
  const named = secretsNamedBy([config.data, questions]);
  if (named.length > 0)
    throw new AppError('bundle-unreadable', `Its manifest.json names ${named.join(', ')} of the vault, which a bundle does not choose.`, {
      hint: 'Tell its maker; it can ask for a value instead.',
    });
  const runtimes = Object.entries(compatibility?.runtimes ?? {}).map(([name, range]) => `It wants ${name} ${range}.`);
  const author = parsed.data.author === undefined ? '' : `By ${parsed.data.author.name}. `;
  return {
    keys: [],
    planned: {
      key: parsed.data.name,
      config: config.data,
      description: `${author}Version ${parsed.data.version}. ${parsed.data.description}`.trim(),
      secrets: [],
      questions,
      notes: [
        'A bundle is a program of its maker’s: it does what that program does, within what you allow here.',
        ...runtimes,
        ...newerForm(parsed.data),
      ],
      status: existing.some((each) => each.source?.kind === 'mcpb' && each.source.ref === place.ref) ? 'same' : 'new',
    },
  };
}

function filled(text: string, { folder, home, platform }: BundlePlace): string {
  const separator = platform === 'win32' ? '\\' : '/';
  const fixed: Record<string, string> = {
    __dirname: folder,
    HOME: home,
    DESKTOP: `${home}${separator}Desktop`,
    DOCUMENTS: `${home}${separator}Documents`,
    DOWNLOADS: `${home}${separator}Downloads`,
    pathSeparator: separator,
    '/': separator,
  };
  return text.replace(/\$\{([^}]{1,120})\}/g, (whole, name: string) => {
    if (Object.hasOwn(fixed, name)) return fixed[name] as string;
    return name.startsWith('user_config.') ? askHandle(name.slice('user_config.'.length)) : whole;
  });
}

/** How a server is started whose manifest leaves it to the program that opens it. */
function usualStart({ type, entry_point }: Manifest['server']): NonNullable<Manifest['server']['mcp_config']> {
  if (type === 'uv' && entry_point !== undefined)
    return { command: 'uv', args: ['run', '--directory', '${__dirname}', entry_point], env: {} };
  throw new AppError('bundle-unreadable', 'Its manifest.json does not fit: server.mcp_config is missing.', {
    hint: 'Get the bundle again, or tell its maker.',
    place: 'server.mcp_config',
  });
}

const systems: Record<string, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };
const systemName = (platform: string): string => systems[platform] ?? platform;

/** The newest that is known here: github.com/modelcontextprotocol/mcpb. */
const newestForm = 0.4;
function newerForm({ manifest_version, dxt_version }: Manifest): string[] {
  const form = manifest_version ?? dxt_version ?? '';
  return Number.parseFloat(form) > newestForm
    ? [`It is written in form ${form} of bundles; Orrery knows ${newestForm}, and reads of it what it knows.`]
    : [];
}

/** It names a setting that nobody is asked for: nothing would ever fill it in. */
const isOpen = (text: string, { user_config }: Manifest): boolean =>
  [...text.matchAll(/\$\{user_config\.([^}]+)\}/g)].some(([, id = '']) => !Object.hasOwn(user_config, id));

/** A list of folders stands alone in its argument and becomes as many arguments; what is open is left out. */
const argOf = (arg: string, manifest: Manifest, fill: (text: string) => string): string[] => (isOpen(arg, manifest) ? [] : [fill(arg)]);

function questionsOf({ user_config }: Manifest, fill: (text: string) => string): ImportQuestion[] {
  return Object.entries(user_config).map(([id, option]) => ({
    id,
    title: option.title === '' ? id : option.title,
    description: option.description,
    kind: option.sensitive ? 'secret' : kinds[option.type],
    isRequired: option.required,
    ...(option.default === undefined || option.sensitive
      ? {}
      : { default: Array.isArray(option.default) ? option.default.map(fill).join('\n') : fill(String(option.default)) }),
    ...(option.multiple ? { isList: true } : {}),
    ...(option.type === 'number' ? { min: option.min, max: option.max } : {}),
  }));
}
