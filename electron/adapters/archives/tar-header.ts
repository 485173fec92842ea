// One header of a tar archive: 512 bytes of octal numbers and names, in the forms that npm's packages come in. Pure.

export const blockBytes = 512;

export interface TarHeader {
  name: string;
  /** `note`: its content is the name of the entry that follows, or something about it. */
  kind: 'file' | 'folder' | 'note' | 'other';
  /** Of a note: whether its content is the name itself, lines of facts, or nothing of use. */
  note: 'name' | 'facts' | 'nothing';
  size: number;
  isProgram: boolean;
}

const text = (block: Buffer, from: number, length: number): string => {
  const end = block.indexOf(0, from);
  return block.subarray(from, end === -1 ? from + length : Math.min(end, from + length)).toString('utf8');
};
function octal(block: Buffer, from: number, length: number): number {
  const digits = text(block, from, length).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new Error('it has a number that cannot be read');
  return Number.parseInt(digits, 8);
}

/** Undefined for the empty block at the end. Throws Error when it is no header. */
export function readHeader(block: Buffer): TarHeader | undefined {
  if (block.every((each) => each === 0)) return undefined;
  const written = octal(block, 148, 8);
  // The checksum is reckoned as if its own place were spaces.
  const sum = block.reduce((total, each, at) => total + (at >= 148 && at < 156 ? 32 : each), 0);
  if (written !== sum) throw new Error('one of its headers is damaged');
  const prefix = text(block, 257, 5) === 'ustar' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const letter = String.fromCharCode(block[156] ?? 0);
  const kinds: Record<string, TarHeader['kind']> = { '0': 'file', '\0': 'file', '5': 'folder', L: 'note', x: 'note', g: 'note' };
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    kind: kinds[letter] ?? 'other',
    note: letter === 'L' ? 'name' : letter === 'x' ? 'facts' : 'nothing',
    size: octal(block, 124, 12),
    isProgram: (octal(block, 100, 8) & 0o100) !== 0,
  };
}

/** The name that a note gives to what follows it; undefined when it gives none. Throws Error for a note that would change more. */
export function textOf({ note }: Pick<TarHeader, 'note'>, content: Buffer): string | undefined {
  if (note === 'name') return content.toString('utf8').replace(/\0+$/, '');
  if (note === 'nothing') return undefined;
  let name: string | undefined;
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString('latin1'));
    if (space === -1 || !Number.isInteger(length) || length <= space - at || at + length > content.length)
      throw new Error('one of its notes is damaged');
    const [key, ...value] = content
      .subarray(space + 1, at + length - 1)
      .toString('utf8')
      .split('=');
    if (key === 'path') name = value.join('=');
    // The size in the header is what is read; one that says another may be meant to hide something.
    if (key === 'size' || key === 'linkpath') throw new Error('one of its notes says something else than its header');
    at += length;
  }
  return name;
}
