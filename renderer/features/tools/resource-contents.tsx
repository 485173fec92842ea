// The one way in which the content of a resource is shown, wherever it came from: its own page, a tool's answer, a link, a message.

import './result.css';
import type { ReactNode } from 'react';
import { textOfBlob } from '../../../shared/blob-text.ts';
import type { ResourceContent } from '../../../shared/model/mcp.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { CodeBlock } from '../../ui/index.ts';
import { Media } from './media.tsx';
import { readable } from './readable.ts';

export function ResourceContents({ contents, name }: { contents: readonly ResourceContent[]; name: string }): ReactNode {
  const t = useT('tools');
  if (contents.length === 0) return <p className="tool-result-quiet">{t('resources.empty')}</p>;
  return contents.map((content, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a content is its place in the answer
    <Content key={index} content={content} label={t('resources.content', { name })} />
  ));
}

function Content({ content, label }: { content: ResourceContent; label: string }): ReactNode {
  const t = useT('tools');
  const { blob, mimeType } = content;
  const text = content.text ?? (blob === undefined ? undefined : textOfBlob(blob, mimeType));
  if (text === '') return <p className="tool-result-quiet">{t('resources.empty')}</p>;
  if (text !== undefined)
    return (
      <CodeBlock copy wrap maxHeight={360} aria-label={label}>
        {readable(text)}
      </CodeBlock>
    );
  if (blob !== undefined) return <Media type={mimeType ?? t('resources.unknownType')} data={blob} label={label} />;
  return <p className="tool-result-quiet">{t('result.noText', { type: visibleText(mimeType ?? t('result.unknownType')) })}</p>;
}
