// Takes secrets' values out of what tools send back: texts, structured data, errors.

import { AppError } from '../../../shared/errors.ts';
import { type JsonValue, mapStrings } from '../../../shared/model/json.ts';
import type { ToolContent, ToolResult } from '../../../shared/model/tool.ts';
import type { Vault } from '../ports.ts';

export function redactResult(vault: Pick<Vault, 'redact'>, { content, isError, structured, notes }: ToolResult): ToolResult {
  const clean: ToolResult = { content: content.map((part) => redactContent(vault, part)), isError };
  if (structured !== undefined) clean.structured = mapStrings(structured, (text) => vault.redact(text));
  if (notes !== undefined) clean.notes = notes.map((note) => vault.redact(note));
  return clean;
}

export function redactContent(vault: Pick<Vault, 'redact'>, part: ToolContent): ToolContent {
  switch (part.type) {
    case 'text': {
      const text = vault.redact(part.text);
      return text === part.text ? part : { ...part, text };
    }
    case 'resource':
      return { ...part, uri: vault.redact(part.uri), ...(part.text === undefined ? {} : { text: vault.redact(part.text) }) };
    case 'resource-link':
      return {
        ...part,
        uri: vault.redact(part.uri),
        name: vault.redact(part.name),
        ...(part.description === undefined ? {} : { description: vault.redact(part.description) }),
      };
    case 'image':
    case 'audio':
      return part;
  }
}

export function redactError(vault: Pick<Vault, 'redact'>, error: AppError): AppError {
  const details = error.details === undefined ? undefined : mapStrings(error.details as JsonValue, (text) => vault.redact(text));
  return new AppError(error.code, vault.redact(error.message), {
    retryable: error.retryable,
    ...(error.hint === undefined ? {} : { hint: vault.redact(error.hint) }),
    ...(error.place === undefined ? {} : { place: error.place }),
    ...(details === undefined ? {} : { details: details as Record<string, unknown> }),
  });
}
