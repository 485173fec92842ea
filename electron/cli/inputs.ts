// `--set key=value` for a workflow's inputs: read by the kind each input node declares, so that 3 is a number where a number
// is wanted and text where text is.

import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { type JsonValue, parseJson } from '../../shared/model/json.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';

export function readInputs(sets: readonly string[], document: WorkflowDocument): Record<string, JsonValue> {
  const kinds = new Map<string, string>();
  for (const node of document.nodes)
    if (node.kind === 'flow.input' && typeof node.config.name === 'string') kinds.set(node.config.name, String(node.config.type ?? 'text'));
  const inputs: Record<string, JsonValue> = {};
  for (const set of sets) {
    const at = set.indexOf('=');
    if (at < 1)
      throw new AppError('set-malformed', `“--set ${set}” is not of the form key=value.`, {
        hint: 'Write it like --set folder=/home/me/notes.',
      });
    const key = set.slice(0, at);
    if (!kinds.has(key))
      throw new AppError('input-unknown', `This workflow has no input “${key}”.`, {
        hint: kinds.size === 0 ? 'It takes no inputs.' : `Its inputs are: ${[...kinds.keys()].join(', ')}.`,
      });
    inputs[key] = readValue(key, set.slice(at + 1), kinds.get(key) ?? 'text');
  }
  return inputs;
}

/** A path as a person writes it: `~` stays when it was quoted, so it is read here. */
export const wholePath = (text: string): string => path.resolve(text.replace(/^~(?=$|[\\/])/, homedir()));

function readValue(key: string, text: string, kind: string): JsonValue {
  if (kind === 'folder' || kind === 'file') return wholePath(text);
  if (kind === 'number') {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
      throw new AppError('input-not-a-number', `“${key}” wants a number, and “${text}” is none.`, {
        hint: `Write it like --set ${key}=3.`,
      });
    return value;
  }
  if (kind === 'toggle') {
    if (/^(true|yes|1)$/i.test(text)) return true;
    if (/^(false|no|0)$/i.test(text)) return false;
    throw new AppError('input-not-yes-or-no', `“${key}” wants yes or no, and “${text}” is neither.`, {
      hint: `Write --set ${key}=yes or --set ${key}=no.`,
    });
  }
  if (kind === 'json') return parseJson(text, `The value of “${key}”`);
  return text;
}
