// Folders as the roots that MCP tells servers of.

import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

export const rootsOf = (folders: readonly string[]): { uri: string; name: string }[] =>
  folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: basename(folder) || folder }));
