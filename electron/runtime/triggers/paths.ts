// Whether a path lies in a folder, by its text alone: the runtime has no path module, and what a link leads to is the Files
// port's to judge when something is read.

const parts = (path: string): string[] | undefined => {
  const isWindows = /^[A-Za-z]:[\\/]|^\\\\/.test(path);
  const kept: string[] = [];
  for (const part of (isWindows ? path.toLowerCase() : path).split(isWindows ? /[\\/]+/ : /\/+/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.pop() === undefined) return undefined;
  }
  return kept;
};

export function isWithin(folder: string, path: string): boolean {
  if (!/^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) return false;
  const [outer, inner] = [parts(folder), parts(path)];
  return outer !== undefined && inner !== undefined && outer.every((part, index) => inner[index] === part);
}

/** `~` at the beginning is the home folder, where that is known. */
export const fromHome = (path: string, home: string | undefined): string =>
  home !== undefined && /^~(?=$|[\\/])/.test(path) ? `${home.replace(/[\\/]+$/, '')}${path.slice(1)}` : path;
