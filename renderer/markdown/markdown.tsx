// The one Markdown renderer, used while a text is being written and after. It treats the text as hostile: see policy.ts.

import './markdown.css';
import { memo, type ReactNode, useRef } from 'react';
import { Streamdown } from 'streamdown';
import { emptySplit, type SplitMemo, splitBlocks } from './blocks.ts';
import { components } from './elements.tsx';
import { isHeavy } from './heavy.ts';
import { PlainText, PlainWhenBroken } from './plain-text.tsx';
import { allowedElements, rehypePlugins, urlTransform } from './policy.ts';

const oneBlock = (text: string): string[] => [text];
const noLinkDialog = { enabled: false };

interface BlockProps {
  text: string;
  /** Still being written: half-finished marks are closed for display. */
  open: boolean;
}

const MarkdownBlock = memo(({ text, open }: BlockProps) => (
  <Streamdown
    mode="streaming"
    isAnimating={open}
    parseIncompleteMarkdown={open}
    parseMarkdownIntoBlocksFn={oneBlock}
    className="md-block"
    components={components}
    rehypePlugins={rehypePlugins}
    allowedElements={allowedElements}
    unwrapDisallowed
    urlTransform={urlTransform}
    linkSafety={noLinkDialog}
    controls={false}
    lineNumbers={false}
  >
    {text}
  </Streamdown>
));
MarkdownBlock.displayName = 'MarkdownBlock';

/** Undefined where the splitter gives up. */
function splitSoundly(before: SplitMemo, text: string): SplitMemo | undefined {
  try {
    return splitBlocks(before, text);
  } catch (error) {
    console.warn('A text could not be read as Markdown.', error);
    return undefined;
  }
}

/** `streaming` while more text may follow. */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }): ReactNode {
  const memory = useRef(emptySplit);
  const split = isHeavy(text) ? undefined : splitSoundly(memory.current, text);
  if (split === undefined)
    return (
      <div className="md">
        <PlainText text={text} />
      </div>
    );
  memory.current = split;
  const { blocks } = split;
  return (
    <div className="md">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place in the text; finished ones never move
        <PlainWhenBroken key={index} text={block}>
          <MarkdownBlock text={block} open={streaming && index === blocks.length - 1} />
        </PlainWhenBroken>
      ))}
    </div>
  );
}
