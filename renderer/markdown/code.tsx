// Code inside Markdown: a quiet frame with its language and a copy button. Colours come once the block is finished, so
// that nothing flickers while it is written.

import { type ReactNode, useEffect, useState } from 'react';
import { useIsCodeFenceIncomplete } from 'streamdown';
import { CopyButton } from '../ui/index.ts';
import { visibleCode } from './code-text.ts';
import { type CodeToken, highlight } from './highlight.ts';

interface CodeProps {
  className?: string;
  children?: ReactNode;
  'data-block'?: string;
}

const textOf = (node: ReactNode): string => {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(textOf).join('');
  return '';
};

export function MarkdownCode({ className, children, 'data-block': block }: CodeProps): ReactNode {
  if (block === undefined) return <code className="md-inline-code">{typeof children === 'string' ? visibleCode(children) : children}</code>;
  const language = /language-([^\s]+)/.exec(className ?? '')?.[1] ?? '';
  return <FencedCode code={textOf(children).replace(/\n$/, '')} language={language} />;
}

function FencedCode({ code, language }: { code: string; language: string }): ReactNode {
  const unfinished = useIsCodeFenceIncomplete();
  return <HighlightedCode code={code} language={language} plain={unfinished} />;
}

/** Code with its language and a copy button. `plain` leaves the colours out. */
export function HighlightedCode({ code, language, plain = false }: { code: string; language: string; plain?: boolean }): ReactNode {
  const lines = useTokens(code, language, plain);
  return (
    <div className="md-code">
      <div className="md-code-head">
        <span className="md-code-language">{language === '' ? 'text' : language.slice(0, 30)}</span>
        <CopyButton text={code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways, also by keyboard */}
      <pre tabIndex={0}>
        <code>{lines === undefined ? visibleCode(code) : <Lines lines={lines} />}</code>
      </pre>
    </div>
  );
}

function useTokens(code: string, language: string, plain: boolean): CodeToken[][] | undefined {
  const [made, setMade] = useState<{ code: string; lines: CodeToken[][] | undefined }>();
  useEffect(() => {
    if (plain || language === '') return;
    let gone = false;
    highlight(code, language).then(
      (lines) => {
        if (!gone) setMade({ code, lines });
      },
      // Colours are a comfort: the code itself is already on the screen.
      (error: unknown) => console.warn('Code could not be coloured.', error),
    );
    return () => {
      gone = true;
    };
  }, [code, language, plain]);
  return made?.code === code ? made.lines : undefined;
}

function Lines({ lines }: { lines: CodeToken[][] }): ReactNode {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity
    <span key={index}>
      {line.map((token, at) =>
        token.color === undefined ? (
          visibleCode(token.text)
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token has no other identity
          <span key={at} style={{ color: token.color }}>
            {visibleCode(token.text)}
          </span>
        ),
      )}
      {index < lines.length - 1 ? '\n' : null}
    </span>
  ));
}
