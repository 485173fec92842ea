// The known tool servers that come with the app. An unreadable file is an empty catalogue and a line in the log.

import { readFileSync } from 'node:fs';
import { type CatalogueItem, catalogueFile } from '../../shared/model/server-catalogue.ts';
import type { Log } from '../runtime/ports.ts';

export function readServerCatalogue(file: string, log: Pick<Log, 'warn'>): () => readonly CatalogueItem[] {
  let known: readonly CatalogueItem[] | undefined;
  return () => {
    try {
      known ??= catalogueFile.parse(JSON.parse(readFileSync(file, 'utf8'))).servers;
    } catch (error) {
      log.warn('The catalogue of tool servers cannot be read', { file, error: String(error) });
      known = [];
    }
    return known;
  };
}
