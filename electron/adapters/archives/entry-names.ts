// Names in an archive that others made: plain relative paths that mean the same on every system, or a refusal. Pure.

const maxPath = 1024;
const maxPart = 240;
const maxDepth = 32;
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;
// Control characters, and those that turn or hide what a name looks like.
const hidden = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u;

/** What is wrong with it, in words; undefined when nothing is. A folder's name ends in `/`. */
export function findNameFault(name: string): string | undefined {
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  if (path === '') return 'has no name';
  if (!name.isWellFormed() || name.includes('\ufffd')) return 'has a name that cannot be read';
  if (name.length > maxPath) return 'has a name that is too long';
  if (hidden.test(name)) return 'has characters in its name that cannot be seen';
  if (path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:/.test(path)) return 'names a place outside';
  if (name.includes('\\')) return 'has a backslash in its name';
  if (/[:*?"<>|]/.test(name)) return 'has a sign in its name that not every system allows';
  const parts = path.split('/');
  if (parts.length > maxDepth) return 'lies too deep';
  for (const part of parts) {
    if (part === '' || part === '.') return 'has an empty part in its name';
    if (part === '..' || isLikeDots(part)) return 'names a place outside';
    if (Buffer.byteLength(part) > maxPart) return 'has a name that is too long';
    if (/[. ]$/.test(part) || part.startsWith(' ')) return 'has a name that begins or ends in a space or ends in a dot';
    if (reserved.test(part)) return 'has a name that Windows keeps for a device';
  }
  return undefined;
}

/** Letters that some systems take for dots or slashes. */
const isLikeDots = (part: string): boolean => {
  const plain = part.normalize('NFKC');
  return plain !== part.normalize('NFC') && (/^\.+$/.test(plain) || /[/\\]/.test(plain));
};

/** Equal for names that some system takes for the same. */
export const nameKey = (name: string): string => name.replace(/\/$/, '').normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
