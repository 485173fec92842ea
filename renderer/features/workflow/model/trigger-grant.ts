// What a workflow's graph uses, as the narrowest grant that lets it run unattended: proposed to the person, never given by
// itself. Only what is written out in the graph counts; what a template makes at run time is asked about then. Pure.

import type { Grant, ToolGrant } from '../../../../shared/model/grant.ts';
import { serverId } from '../../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../../shared/model/workflow.ts';
import { type Catalog, descriptorOf } from './catalog.ts';
import { runInputs } from './run-inputs.ts';

/** Starts runs by itself once it is on; the manual trigger needs a person. */
export const isLiveTrigger = (node: Pick<WorkflowNode, 'kind'>): boolean =>
  node.kind.startsWith('trigger.') && node.kind !== 'trigger.manual';

export const liveTriggers = (document: WorkflowDocument): WorkflowNode[] => document.nodes.filter(isLiveTrigger);

const isFixed = (value: JsonValue | undefined): value is string => typeof value === 'string' && value !== '' && !/\{[{%]/.test(value);

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');

/** The folder that holds a file: `/home/ada/notes/plan.md` → `/home/ada/notes`. */
export function folderOf(path: string): string {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (at <= 0) return path.slice(0, at + 1) || path;
  return /^[A-Za-z]:$/.test(path.slice(0, at)) ? path.slice(0, at + 1) : path.slice(0, at);
}

const isPlainObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A path among a tool's arguments: the folder itself where the name says folder, else the folder that holds the file. */
function foldersOfArguments(config: JsonObject): string[] {
  const args = isPlainObject(config.args) ? config.args : {};
  const isAboutFolders = /folder|dir/i.test(String(config.tool ?? ''));
  return Object.entries(args).flatMap(([name, value]) => {
    if (!isFixed(value) || !isAbsolute(value) || !/path|file|folder|dir|source|destination|root/i.test(name)) return [];
    const hasEnding = /\.[A-Za-z0-9]{1,8}$/.test(value);
    return [isAboutFolders || /folder|dir/i.test(name) || !hasEnding ? value : folderOf(value)];
  });
}

function foldersOf(node: WorkflowNode, catalog: Catalog): string[] {
  const found = node.kind === 'tool.call' ? foldersOfArguments(node.config) : [];
  for (const field of descriptorOf(catalog, node)?.fields ?? []) {
    const value = node.config[field.key];
    if (!isFixed(value) || !isAbsolute(value)) continue;
    if (field.kind === 'folder') found.push(value);
    if (field.kind === 'file') found.push(folderOf(value));
  }
  return found;
}

/** The host of an address whose host is written out: templates further right do not matter. */
export function hostOf(url: JsonValue | undefined): string | undefined {
  if (typeof url !== 'string') return undefined;
  const found = /^\s*https?:\/\/(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s]+)/i.exec(url);
  const host = found?.[1]?.toLowerCase();
  return host === undefined || /[{}%$]/.test(host) ? undefined : host;
}

/** What the graph uses, with the folders and files that its input nodes are given. */
export function usedBy(document: WorkflowDocument, catalog: Catalog, inputs: Readonly<Record<string, JsonValue>> = {}): Grant {
  const tools = new Map<string, ToolGrant>();
  const folders = new Set<string>();
  const hosts = new Set<string>();
  for (const node of document.nodes) {
    const { server, tool, url } = node.config;
    const known = serverId.safeParse(server);
    if (node.kind === 'tool.call' && known.success && isFixed(tool))
      tools.set(`${known.data}.${tool}`, { server: known.data, tool, effect: 'allow' });
    for (const folder of foldersOf(node, catalog)) folders.add(folder);
    const host = hostOf(url);
    if (host !== undefined) hosts.add(host);
  }
  for (const input of runInputs(document)) {
    const value = inputs[input.name] ?? input.fallback;
    if (!isFixed(value) || !isAbsolute(value)) continue;
    if (input.kind === 'folder') folders.add(value);
    if (input.kind === 'file') folders.add(folderOf(value));
  }
  return { tools: [...tools.values()], folders: withoutInner([...folders]), hosts: [...hosts] };
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder ||
  path.startsWith(folder.endsWith('/') || folder.endsWith('\\') ? folder : `${folder}/`) ||
  path.startsWith(`${folder}\\`);

/** A folder inside another needs no line of its own. */
const withoutInner = (folders: readonly string[]): string[] =>
  folders.filter((folder) => !folders.some((other) => other !== folder && isWithin(folder, other)));

const hostsOf = (grant: Grant): readonly string[] => grant.hosts ?? [];

/** What the graph uses and the grant does not hold: it would wait in the inbox. A tool that was refused on purpose is not missing. */
export function missingFrom(grant: Grant, used: Grant): Grant {
  const isSettled = (wanted: ToolGrant): boolean =>
    grant.tools.some(({ server, tool }) => server === wanted.server && (tool === '*' || tool === wanted.tool));
  return {
    tools: used.tools.filter((tool) => !isSettled(tool)),
    folders: used.folders.filter((folder) => !grant.folders.some((held) => isWithin(folder, held))),
    hosts: hostsOf(used).filter((host) => !hostsOf(grant).some((held) => held === '*' || held === host || isBelow(host, held))),
  };
}

const isBelow = (host: string, pattern: string): boolean => pattern.startsWith('*.') && host.endsWith(pattern.slice(1));

export const isNothing = (grant: Grant): boolean => grant.tools.length + grant.folders.length + hostsOf(grant).length === 0;

export const joined = (grant: Grant, more: Grant): Grant => ({
  tools: [...grant.tools, ...more.tools],
  folders: [...grant.folders, ...more.folders],
  hosts: [...hostsOf(grant), ...hostsOf(more)],
});

/** The tools that may be used without asking, as the tool picker names them. */
export const pickedOf = (grant: Grant): string[] =>
  grant.tools.filter(({ effect }) => effect === 'allow').map(({ server, tool }) => `${server}.${tool}`);

/** Ticks as a grant. Entries that stay are kept as they are, and so is every refusal. */
export function withPicked(grant: Grant, picked: readonly string[]): Grant {
  const kept = grant.tools.filter(({ server, tool, effect }) => effect === 'deny' || picked.includes(`${server}.${tool}`));
  const held = new Set(kept.filter(({ effect }) => effect === 'allow').map(({ server, tool }) => `${server}.${tool}`));
  const fresh = picked.flatMap((name): ToolGrant[] => {
    const dot = name.indexOf('.');
    const server = serverId.safeParse(name.slice(0, dot));
    return held.has(name) || !server.success ? [] : [{ server: server.data, tool: name.slice(dot + 1), effect: 'allow' }];
  });
  const ticked = new Set(fresh.map(({ server, tool }) => `${server}.${tool}`));
  return {
    ...grant,
    tools: [...kept.filter(({ server, tool, effect }) => effect === 'allow' || !ticked.has(`${server}.${tool}`)), ...fresh],
  };
}
