// One tool call as one quiet line that opens to its exact arguments and result.

import { memo, type ReactNode, useState } from 'react';
import type { ToolCallPart } from '../../../shared/model/chat.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Duration, Icon, Spinner } from '../../ui/index.ts';
import { ToolArguments } from '../inbox/index.ts';
import { ToolResultView } from '../tools/index.ts';
import { stepOfCall, WhyAllowed } from '../why/index.ts';
import { stepSummary } from './step-text.ts';

const icons = { running: 'wrench', waiting: 'hand', done: 'wrench', failed: 'circle-x', denied: 'ban', stopped: 'circle-stop' } as const;

export const Step = memo(({ part, run }: { part: ToolCallPart; run?: RunId | undefined }): ReactNode => {
  const [open, setOpen] = useState(false);
  const t = useT('chat');
  const short = useWithTilde();
  const step = stepOfCall(part.call);
  const failed = part.state === 'failed' || part.result?.isError === true;
  return (
    <div className="chat-step" data-state={failed ? 'failed' : part.state}>
      <button type="button" className="chat-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="chat-line-icon">
          {part.state === 'running' ? <Spinner size={14} /> : <Icon name={failed ? 'circle-x' : icons[part.state]} size={14} />}
        </span>
        <span className="chat-line-tool">
          {part.server}.{part.tool}
        </span>
        <span className="sr-only">{t(`step.${failed ? 'failed' : part.state}`)}</span>
        <span className="chat-line-result">{short(stepSummary(part))}</span>
        <span className="chat-line-time">{part.ms !== undefined && <Duration ms={part.ms} />}</span>
      </button>
      {open && (
        <div className="chat-step-body">
          <ToolArguments args={part.args} />
          {part.error !== undefined && (
            <p className="chat-step-error">
              {part.error.message} {part.error.hint}
            </p>
          )}
          {part.result !== undefined && <ToolResultView result={part.result} server={part.server} />}
          {run !== undefined && step !== undefined && part.state !== 'running' && <WhyAllowed run={run} step={step} />}
        </div>
      )}
    </div>
  );
});
Step.displayName = 'Step';

/** What the model thought, folded away. */
export const Reasoning = memo(({ text, streaming }: { text: string; streaming: boolean }): ReactNode => {
  const [open, setOpen] = useState(false);
  const t = useT('chat');
  return (
    <div className="chat-step">
      <button type="button" className="chat-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="chat-line-icon chat-line-model">{streaming ? <Spinner size={14} /> : <Icon name="brain" size={14} />}</span>
        <span className="chat-line-label">{streaming ? t('thinking') : t('thought')}</span>
        {!open && <span className="chat-line-result">{text.trim().replaceAll('\n', ' ').slice(0, 160)}</span>}
      </button>
      {open && <div className="chat-step-body chat-reasoning">{text.trim()}</div>}
    </div>
  );
});
Reasoning.displayName = 'Reasoning';
