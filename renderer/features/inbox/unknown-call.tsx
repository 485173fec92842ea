import type { ReactNode } from 'react';
import type { InboxRequest } from '../../../shared/model/grant.ts';
import { useT } from '../../strings/index.ts';
import { HiddenText } from './hidden-text.tsx';

/** The call that was cut off: its tool, and what it was given. Nothing for a step that makes none. */
export function UnknownCall({ request }: { request: Extract<InboxRequest, { kind: 'unknown-outcome' }> }): ReactNode {
  const t = useT('inbox');
  const { tool, given = [] } = request;
  if (tool === undefined) return null;
  return (
    <dl className="tool-args">
      {[{ label: t('unknownTool'), text: tool }, ...given].map(({ label, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an argument may be called as the line above it
        <div key={index} className="tool-arg">
          <dt>
            <HiddenText text={label} />
          </dt>
          <dd>
            <HiddenText text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
