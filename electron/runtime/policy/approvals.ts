// Builds the question "may this call happen?": exactly what will be called, in words a person can judge, and the hash that
// binds the answer to it.

import { isCancelled, toAppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import type { InboxRequest } from '../../../shared/model/grant.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Files, Ports } from '../ports.ts';
import { writableFolders } from '../undo/call-changes.ts';
import { describeUndo } from '../undo/describe.ts';
import { baseName, sentenceOfOwnTool } from './action-words.ts';
import { canonicalJson } from './canonical.ts';
import { choicesFor } from './choices.ts';
import { detailsOfCall } from './details.ts';

type ApprovalRequest = Extract<InboxRequest, { kind: 'approval' }>;

const differ = lazy(() => import('diff'));
/** Longer previews are cut: the person sees that, and the arguments are shown whole beside it. */
const maxPreview = 200_000;

/** Of what the tool is; whether a person has accepted that is another question. */
export function definitionHash(hash: Ports['hash'], tool: ToolInfo): string {
  const { unaccepted: _, ...definition } = tool;
  return hash(canonicalJson(definition as unknown as JsonValue));
}

/**
 * What an approval is bound to: server, tool, its definition, the exact arguments, the run and the step. With `attempt` it holds for that
 * attempt of the step alone: with nobody there, an approval is used once.
 */
export function approvalHash(
  hash: Ports['hash'],
  call: { tool: ToolInfo; args: JsonObject; run: RunId | undefined; step: string; attempt?: number | undefined },
): string {
  const definition = definitionHash(hash, call.tool);
  const { server, name } = call.tool;
  const bound: JsonObject = { server, tool: name, definition, args: call.args, run: call.run ?? null, step: call.step };
  return hash(canonicalJson(call.attempt === undefined ? bound : { ...bound, attempt: call.attempt }));
}

export async function buildApproval(
  ports: Pick<Ports, 'hash'> & {
    files: Pick<Files, 'readText'> & Partial<Pick<Files, 'info'>>;
    store?: Pick<Ports['store'], 'servers'> | undefined;
    snapshots?: Ports['snapshots'];
  },
  call: {
    tool: ToolInfo;
    builtIn: boolean;
    args: JsonObject;
    run: RunId | undefined;
    step: string;
    attempt?: number | undefined;
    reason: string;
    taints?: readonly Taint[] | undefined;
    folders: readonly string[];
  },
): Promise<ApprovalRequest> {
  const reach = call.builtIn || ports.store === undefined ? call.folders : writableFolders(ports.store, call.tool.server);
  const undo = await describeUndo(ports, { ...call, folders: reach });
  const preview = await previewOf(ports.files, call);
  // What asks every time has no "always".
  const choices = call.taints === undefined ? choicesFor(call) : [];
  const details = detailsOfCall(call.tool, call.builtIn, call.args);
  return {
    kind: 'approval',
    server: call.tool.server,
    tool: call.tool.name,
    args: call.args,
    hash: approvalHash(ports.hash, call),
    reason: call.reason,
    action: actionOf(call.tool, call.builtIn, call.args),
    ...(preview === undefined ? {} : { preview }),
    ...(details.length === 0 ? {} : { details }),
    choices,
    always: choices.slice(-1).map((choice) => `Call ${choice.words}`),
    ...(call.taints === undefined ? {} : { taints: [...call.taints] }),
    undoable: undo.undoable,
    undoWords: undo.words,
  };
}

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function actionOf(tool: ToolInfo, builtIn: boolean, args: JsonObject): string {
  const own = builtIn ? (sentenceOfOwnTool(tool, args) ?? (tool.title === '' ? undefined : tool.title)) : undefined;
  // The words of a server that others wrote are not put into a heading: it could name itself "Nothing".
  return own ?? `Call ${tool.server}.${tool.name}`;
}

async function previewOf(
  files: Pick<Files, 'readText'>,
  call: { tool: ToolInfo; builtIn: boolean; args: JsonObject; folders: readonly string[] },
): Promise<ApprovalRequest['preview']> {
  if (!call.builtIn) return undefined;
  const text = textOf(call.args.text) ?? textOf(call.args.content);
  if (text === undefined) return undefined;
  const path = textOf(call.args.path);
  if (call.tool.server !== 'files' || path === undefined) return { kind: 'text', text: clip(text) };
  let before: string;
  try {
    before = await files.readText(path, call.folders, { maxBytes: 1_000_000 });
  } catch (error) {
    // Not there yet, not text, too big or outside the folders: the new text is then the preview, and the write itself will say.
    if (isCancelled(error)) throw toAppError(error);
    return { kind: 'text', text: clip(text) };
  }
  // A line break in it would be one of the difference's own.
  const name = baseName(path).replaceAll(/\s+/g, ' ');
  const { createTwoFilesPatch } = await differ();
  return { kind: 'diff', text: clip(createTwoFilesPatch(name, name, before, text, 'now', 'after', { context: 3, timeout: 2000 }) ?? text) };
}

const clip = (text: string): string =>
  text.length <= maxPreview ? text : `${text.slice(0, maxPreview)}\n… ${text.length - maxPreview} more characters`;
