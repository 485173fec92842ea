import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { useT } from '../strings/index.ts';
import { IconButton } from './button.tsx';
import { cn } from './cn.ts';

export function Code({ className, ...rest }: ComponentProps<'code'>) {
  return <code {...rest} className={cn('font-mono text-[0.92em] [overflow-wrap:anywhere]', className)} />;
}

/** Words with `names` between backticks, as makers of tools write them; nothing else of Markdown. */
export const WithCode = ({ text }: { text: string }) =>
  text.split(/`([^`\n]+)`/).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other identity
    index % 2 === 1 ? <Code key={index}>{part}</Code> : part,
  );

export function CopyButton({ text, label, size = 's', className }: { text: string; label?: string; size?: 'm' | 's'; className?: string }) {
  const t = useT('ui');
  const [isCopied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), 1500);
  };
  return (
    <IconButton
      label={isCopied ? t('copied') : (label ?? t('copy'))}
      icon={isCopied ? 'check' : 'copy'}
      size={size}
      {...(className === undefined ? {} : { className })}
      onClick={() => void copy()}
    />
  );
}

export interface CodeBlockProps {
  children: string;
  /** A button that copies it. */
  copy?: boolean;
  wrap?: boolean;
  /** Tallest, in px; scrolls beyond. */
  maxHeight?: number;
  'aria-label'?: string;
}

export function CodeBlock({ children, copy = false, wrap = false, maxHeight, ...rest }: CodeBlockProps) {
  return (
    <div className="group relative min-w-0 rounded-sm border border-line bg-sunken">
      <pre
        // What scrolls must be reachable by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        {...(rest['aria-label'] === undefined ? {} : { role: 'region', 'aria-label': rest['aria-label'] })}
        style={maxHeight === undefined ? undefined : { maxHeight }}
        className={cn(
          'm-0 overflow-auto px-2.5 py-2 font-mono text-sm text-ink',
          wrap ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
          copy && 'pr-9',
        )}
      >
        {children}
      </pre>
      {copy ? <CopyButton text={children} className="absolute top-1 right-1 bg-sunken" /> : null}
    </div>
  );
}
