// One change as it is shown: what was there, what it left, what is there now, and where they differ.

import type { ChangeDetail, ChangeImage } from '../../../shared/model/change.ts';
import { shownSecret } from '../vault/recorded-vault.ts';
import { contentOf, isFile, judge, type LookDeps, nowOf } from './looking.ts';
import { notKept } from './recorder.ts';
import type { ThingKind } from './things.ts';
import type { StoredChange } from './undo-ports.ts';
import { differences } from './words.ts';

/** More text than this is not shown, in bytes. */
const maxText = 1024 * 1024;

export async function detailOf(deps: LookDeps, change: StoredChange): Promise<ChangeDetail> {
  const judged = await judge(deps, change, (path) => nowOf(deps, change, path)).catch((error: unknown) => ({
    ...{ state: 'cannot' as const, words: error instanceof Error ? error.message : String(error) },
  }));
  const shownAs = (image: ChangeImage | null): ChangeImage | null => (change.kind === 'secret' ? unsealed(image) : image);
  const [before, after, now] = [await kept(deps, change.before), await kept(deps, change.after), await nowImage(deps, change)].map(
    shownAs,
  ) as [ChangeImage | null, ChangeImage | null, ChangeImage | null];
  const parts = isFile(change) ? undefined : differences(parse(before), parse(after));
  const { intended: _intended, ...shown } = change;
  return {
    ...{ change: shown, before, after, now, state: judged.state, words: judged.words },
    ...(parts === undefined ? {} : { differences: parts.slice(0, 500) }),
  };
}

/** The sealed row of a secret goes nowhere: what it is for is shown. */
const unsealed = (image: ChangeImage | null): ChangeImage | null =>
  image?.text === undefined ? image : { ...image, text: shownSecret(image.text) };

async function kept({ changes }: LookDeps, hash: string | null): Promise<ChangeImage | null> {
  if (hash === null) return null;
  const bytes = changes.imageBytes(hash);
  if (hash === notKept || bytes === undefined) return { bytes: bytes ?? 0, why: 'Not kept' };
  if (bytes > maxText) return { bytes, why: 'Too large to show' };
  return image(await changes.readImage(hash));
}

function image(bytes: Uint8Array): ChangeImage {
  if (bytes.includes(0)) return { bytes: bytes.length, why: 'Not text' };
  try {
    return { bytes: bytes.length, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { bytes: bytes.length, why: 'Not text' };
  }
}

async function nowImage(deps: LookDeps, change: StoredChange): Promise<ChangeImage | null> {
  if (!isFile(change)) {
    const text = deps.read[change.kind as ThingKind](change.target);
    return text === null ? null : { bytes: text.length, text };
  }
  if (change.op !== 'write') return null;
  try {
    const content = await contentOf(deps, change, change.target);
    if (content.kind === 'none') return null;
    if (content.kind !== 'file') return { bytes: 0, why: content.kind === 'folder' ? 'A folder' : 'Not a file' };
    if (content.bytes > maxText) return { bytes: content.bytes, why: 'Too large to show' };
    const pieces: Uint8Array[] = [];
    for await (const piece of content.read()) pieces.push(piece);
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return image(all);
  } catch {
    // Its folder cannot be looked into any more; what was kept is shown all the same.
    return { bytes: 0, why: 'Cannot be read now' };
  }
}

const parse = (shown: ChangeImage | null): unknown => {
  if (shown?.text === undefined) return undefined;
  try {
    return JSON.parse(shown.text) as unknown;
  } catch {
    return shown.text;
  }
};
