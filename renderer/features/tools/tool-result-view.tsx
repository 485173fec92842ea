// What a tool answered: text, JSON, pictures, sounds, resources. It is data from outside and is never taken for markup.

import './result.css';
import type { ReactNode } from 'react';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { ToolContent, ToolResult } from '../../../shared/model/tool.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { CodeBlock, Collapse, Icon } from '../../ui/index.ts';
import { Media } from './media.tsx';
import { clip, readable } from './readable.ts';
import { EmbeddedResource, LinkedResource } from './resource-row.tsx';

/** `server`: whom links in it are read from. */
export function ToolResultView({ result, server }: { result: ToolResult; server?: ServerId | undefined }): ReactNode {
  const t = useT('tools');
  const short = useWithTilde();
  return (
    <div className="tool-result" data-error={result.isError}>
      {result.isError && <p className="tool-result-error">{t('result.failed')}</p>}
      {result.content.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the answer
        <ContentPart key={index} part={part} server={server} />
      ))}
      {result.structured !== undefined && <Structured value={result.structured} texts={textsOf(result)} />}
      {result.content.length === 0 && result.structured === undefined && <p className="tool-result-quiet">{t('result.nothing')}</p>}
      {result.notes?.map((note) => (
        <p key={note} className="tool-result-note">
          <Icon name="triangle-alert" size={14} />
          <span>{short(visibleText(note))}</span>
        </p>
      ))}
    </div>
  );
}

const textsOf = ({ content }: ToolResult): string[] =>
  content.flatMap((part) => (part.type === 'text' && part.text.trim() !== '' ? [part.text] : []));

/** Beside a text it is folded away, and left out where the text is the very same. */
function Structured({ value, texts }: { value: JsonValue; texts: readonly string[] }): ReactNode {
  const t = useT('tools');
  const json = JSON.stringify(value, null, 2);
  if (texts.some((text) => readable(text) === visibleText(json))) return null;
  const block = (
    <CodeBlock copy wrap maxHeight={320} aria-label={t('result.data')}>
      {visibleText(clip(json))}
    </CodeBlock>
  );
  return texts.length === 0 ? block : <Collapse title={t('result.data')}>{block}</Collapse>;
}

/** One part of an answer or of a prompt. */
export function ContentPart({ part, server }: { part: ToolContent; server: ServerId | undefined }): ReactNode {
  const t = useT('tools');
  switch (part.type) {
    case 'text':
      return part.text === '' ? null : (
        <CodeBlock copy wrap maxHeight={320} aria-label={t('result.text')}>
          {readable(part.text)}
        </CodeBlock>
      );
    case 'image':
      return <Media type={part.mimeType} data={part.data} label={t('result.image')} />;
    case 'audio':
      return <Media type={part.mimeType} data={part.data} label={t('result.audio')} />;
    case 'resource':
      return <EmbeddedResource part={part} />;
    case 'resource-link':
      return <LinkedResource part={part} server={server} />;
    default:
      return null;
  }
}
