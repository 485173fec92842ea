// What a tool answered: text, JSON, raster images. It is data from outside and is never taken for markup.

import './result.css';
import type { ReactNode } from 'react';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { ToolContent, ToolResult } from '../../../shared/model/tool.ts';
import { safeImage } from '../../markdown/address.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { MarkdownLink } from '../../markdown/link.tsx';
import { useT } from '../../strings/index.ts';
import { CodeBlock, Collapse } from '../../ui/index.ts';

const longest = 100_000;

const clip = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}\n…` : text);

const longestSound = 8_000_000;
/** Plain sound data only; anything else is named, not played. */
const safeSound = (type: string, data: string): string | undefined =>
  /^audio\/(mpeg|mp3|wav|x-wav|wave|ogg|webm|aac|mp4|flac)$/i.test(type) && data.length < longestSound && /^[A-Za-z0-9+/=\s]+$/.test(data)
    ? `data:${type};base64,${data}`
    : undefined;

/** JSON is shown indented; everything else as it came. */
export function readable(text: string): string {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed) || trimmed.length > longest) return visibleText(clip(text));
  try {
    return visibleText(JSON.stringify(JSON.parse(trimmed), null, 2));
  } catch {
    // It only looked like JSON.
    return visibleText(clip(text));
  }
}

export function ToolResultView({ result }: { result: ToolResult }): ReactNode {
  const t = useT('tools');
  const hasText = result.content.some((part) => part.type === 'text' && part.text.trim() !== '');
  return (
    <div className="tool-result" data-error={result.isError}>
      {result.isError && <p className="tool-result-error">{t('result.failed')}</p>}
      {result.content.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the answer
        <Part key={index} part={part} />
      ))}
      {result.structured !== undefined && <Structured value={result.structured} isAlone={!hasText} />}
      {result.content.length === 0 && result.structured === undefined && <p className="tool-result-quiet">{t('result.nothing')}</p>}
    </div>
  );
}

/** Beside a text that says the same it is folded away. */
function Structured({ value, isAlone }: { value: JsonValue; isAlone: boolean }): ReactNode {
  const t = useT('tools');
  const block = (
    <CodeBlock copy wrap maxHeight={320} aria-label={t('result.data')}>
      {visibleText(clip(JSON.stringify(value, null, 2)))}
    </CodeBlock>
  );
  return isAlone ? block : <Collapse title={t('result.data')}>{block}</Collapse>;
}

function Part({ part }: { part: ToolContent }): ReactNode {
  const t = useT('tools');
  switch (part.type) {
    case 'text':
      return part.text === '' ? null : (
        <CodeBlock copy wrap maxHeight={320} aria-label={t('result.text')}>
          {readable(part.text)}
        </CodeBlock>
      );
    case 'image': {
      const source = safeImage(`data:${part.mimeType};base64,${part.data}`);
      if (source === undefined) return <p className="tool-result-quiet">{t('result.noImage', { type: part.mimeType })}</p>;
      return <img className="tool-result-image" src={source} alt={t('result.image')} />;
    }
    case 'audio': {
      const sound = safeSound(part.mimeType, part.data);
      if (sound === undefined) return <p className="tool-result-quiet">{t('result.noAudio', { type: part.mimeType })}</p>;
      // biome-ignore lint/a11y/useMediaCaption: a tool gives no captions with it
      return <audio controls preload="metadata" className="tool-result-audio" src={sound} aria-label={t('result.audio')} />;
    }
    case 'resource':
      return (
        <div>
          <p className="tool-result-uri">
            <MarkdownLink href={part.uri}>{visibleText(part.uri)}</MarkdownLink>
          </p>
          {part.text === undefined ? (
            <p className="tool-result-quiet">{t('result.noText', { type: visibleText(part.mimeType ?? t('result.unknownType')) })}</p>
          ) : (
            <CodeBlock copy wrap maxHeight={320} aria-label={t('result.text')}>
              {readable(part.text)}
            </CodeBlock>
          )}
        </div>
      );
    default:
      return null;
  }
}
