// Where a message is written. Enter sends, Shift+Enter starts a line, Up in an empty field edits the last message, / in one opens what tool
// servers offer.

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AttachmentPart } from '../../../shared/model/chat.ts';
import { navigate, routes, useDrafts } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorNote, Icon, TextArea } from '../../ui/index.ts';
import { chatActions } from './actions.ts';
import { AgentPicker } from './agent-picker.tsx';
import { AttachMenu } from './attach/attach-menu.tsx';
import { AttachmentRow } from './attach/attachment-row.tsx';
import { useAttached } from './attach/use-attached.ts';
import type { ModelState } from './model-state.ts';

export interface ComposerProps {
  /** Names the draft; another one moves the focus here. */
  draftKey: string;
  agents: readonly Agent[];
  agent: Agent | undefined;
  agentName: string;
  model: ModelState;
  /** Tokens of the last exchange, where the model said so. */
  usedTokens?: number | undefined;
  running: boolean;
  /** True when the message went out. */
  onSend: (text: string, attached: readonly AttachmentPart[]) => Promise<boolean>;
  onStop: () => void;
  onAgent: (agent: Agent) => void;
  onEditLast: () => void;
}

const hasPicture = ({ messages }: AttachmentPart): boolean => messages.some(({ content }) => content.type === 'image');

const short = (count: number): string =>
  count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 9950 ? 1 : 0).replace(/\.0$/, '')}k`;

/** As the models page has it: sizes of windows are powers of two. */
const contextSize = (tokens: number): string => (tokens >= 1000 ? `${Math.round(tokens / 1024)}k` : String(tokens));

export function Composer(props: ComposerProps): ReactNode {
  const { draftKey, agents, agent, agentName, model, running, onSend, onStop, onAgent, onEditLast } = props;
  const t = useT('chat');
  const text = useDrafts((state) => state.drafts[draftKey] ?? '');
  const { setDraft, putBack } = useDrafts.getState();
  const { parts, error: notKnown } = useAttached(draftKey);
  // What is on its way is not in the draft any more; where it does not get there it is seen again.
  const [leaving, setLeaving] = useState<readonly string[]>([]);
  const attached = parts.filter(({ id }) => !leaving.includes(id));
  const [isMenuOpen, setMenuOpen] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const sending = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening a conversation puts the cursor here
  useEffect(() => area.current?.focus(), [draftKey]);

  const openMenu = (isOpen: boolean): void => {
    setMenuOpen(isOpen);
    // What was chosen is above the text now; the person goes on writing. The menu gives the focus back to its button first.
    if (!isOpen) setTimeout(() => area.current?.focus(), 0);
  };

  const canSend = (text.trim() !== '' || attached.length > 0) && !running;
  const send = async (): Promise<void> => {
    if (!canSend || sending.current) return;
    sending.current = true;
    setLeaving(attached.map(({ id }) => id));
    const sent = text.trim();
    setDraft(draftKey, '');
    if (!(await onSend(sent, attached))) {
      putBack(draftKey, sent);
      setLeaving([]);
    }
    sending.current = false;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === 'Escape' && running) onStop();
    else if (event.key === 'ArrowUp' && text === '' && !running) {
      event.preventDefault();
      onEditLast();
    } else if (event.key === '/' && text === '' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      setMenuOpen(true);
    }
  };
  return (
    <div className="chat-composer">
      {attached.length === 0 ? null : (
        <section className="chat-attachments" aria-label={t('attach.attached')}>
          {attached.map((part) => (
            <AttachmentRow
              key={part.id}
              part={part}
              onRemove={() => {
                void chatActions.detach(part.id);
                area.current?.focus();
              }}
            />
          ))}
          {model.kind === 'ready' && model.images !== true && attached.some(hasPicture) ? <SightNote model={model} /> : null}
        </section>
      )}
      {notKnown === undefined ? null : <ErrorNote error={notKnown.toJSON()} />}
      <TextArea
        ref={area}
        autoGrow
        rows={1}
        maxRows={12}
        className="chat-composer-text"
        aria-label={t('messageTo', { name: agentName })}
        placeholder={t('messageTo', { name: agentName })}
        value={text}
        onChange={(event) => setDraft(draftKey, event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="chat-composer-bar">
        <AttachMenu
          draft={draftKey}
          count={attached.length}
          isOpen={isMenuOpen}
          onOpen={openMenu}
          onSlash={() => {
            setDraft(draftKey, '/');
            openMenu(false);
          }}
        />
        <AgentPicker agents={agents} agent={agent} name={agentName} disabled={running} onPick={onAgent} />
        <ModelName model={model} />
        <span className="chat-composer-gap" />
        <Usage model={model} usedTokens={props.usedTokens} />
        {running ? (
          <button type="button" className="chat-send" data-stop onClick={onStop} aria-label={t('stop')} title={t('stopKeys')}>
            <Icon name="square" size={13} />
          </button>
        ) : (
          <button
            type="button"
            className="chat-send"
            disabled={!canSend}
            onClick={() => void send()}
            aria-label={t('send')}
            title={t('sendKeys')}
          >
            <Icon name="arrow-up" size={16} />
          </button>
        )}
      </div>
    </div>
  );
}

/** It is told of the picture and sent none. Whose word that is says what can be done. */
function SightNote({ model }: { model: Extract<ModelState, { kind: 'ready' }> }): ReactNode {
  const t = useT('chat');
  return (
    <p className="chat-attachment-note chat-attachment-sight">
      <span>{t(model.images === false ? 'attach.noSight' : 'attach.sightUnknown', { model: model.name })}</span>
      <button type="button" className="chat-attachment-way" onClick={() => navigate(routes.settings('models'))}>
        {t('openModels')}
      </button>
    </p>
  );
}

function ModelName({ model }: { model: ModelState }): ReactNode {
  const t = useT('chat');
  if (model.kind === 'ready' || model.kind === 'not-installed')
    return (
      <span className="chat-model" data-missing={model.kind !== 'ready'} title={model.name}>
        {model.name}
      </span>
    );
  if (model.kind === 'checking') return <span className="chat-model">{t('modelChecking')}</span>;
  return (
    <span className="chat-model" data-missing>
      {t('noModel')}
    </span>
  );
}

function Usage({ model, usedTokens }: { model: ModelState; usedTokens?: number | undefined }): ReactNode {
  const t = useT('chat');
  if (usedTokens === undefined || usedTokens === 0) return null;
  const text =
    model.kind === 'ready' && model.contextLength !== undefined
      ? t('usedOf', { used: short(usedTokens), all: contextSize(model.contextLength) })
      : t('used', { used: short(usedTokens) });
  return (
    <span className="chat-usage" title={t('usedTitle')}>
      {text}
    </span>
  );
}
