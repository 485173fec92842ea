// A search line and below it what can be attached, by server. The keys stay in the line: up and down go through the list, Enter takes one.

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { visibleText } from '../../../markdown/hidden.ts';
import { useT } from '../../../strings/index.ts';
import { cn, Icon, type IconName, Spinner } from '../../../ui/index.ts';
import { byServer, keyOf, needsMore, type Offer, titleOf } from './offers.ts';

interface Props {
  query: string;
  onQuery: (query: string) => void;
  /** What the query found. */
  offers: readonly Offer[];
  /** The key of the one that is being fetched. */
  busy: string | undefined;
  onChoose: (offer: Offer) => void;
  onSlash: () => void;
  /** Below the list: what is missing in it, and why. */
  children?: ReactNode;
}

const iconOf = (offer: Offer): IconName =>
  offer.kind === 'prompt'
    ? 'message-square'
    : offer.kind === 'wake'
      ? 'moon'
      : offer.resource.isTemplate
        ? 'braces'
        : (offer.resource.mimeType ?? '').startsWith('image/')
          ? 'image'
          : 'file-text';

export function OfferList({ query, onQuery, offers, busy, onChoose, onSlash, children }: Props): ReactNode {
  const t = useT('chat');
  const id = useId();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const active = Math.min(at, offers.length - 1);
  const groups = byServer(offers);
  const inOrder = groups.flatMap((group) => group.offers);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins at its first
  useEffect(() => setAt(0), [query]);
  useEffect(() => {
    list.current?.querySelector(`[data-at="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const last = inOrder.length - 1;
    const next = { ArrowDown: active >= last ? 0 : active + 1, ArrowUp: active <= 0 ? last : active - 1 }[event.key];
    if (event.key === '/' && query === '') {
      event.preventDefault();
      onSlash();
    } else if (next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = inOrder[active];
      if (chosen !== undefined && busy === undefined) onChoose(chosen);
    }
  };
  const nameOf = (index: number): string => `${id}-${index}`;
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={inOrder.length === 0 ? undefined : nameOf(active)}
        aria-label={t('attach.search')}
        placeholder={t('attach.search')}
        autoComplete="off"
        spellCheck={false}
        className="chat-attach-search"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="chat-attach-scroll">
        <div ref={list} id={`${id}-list`} role="listbox" aria-label={t('attach.label')} className="chat-attach-list">
          {groups.map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a group within a listbox is no fieldset
            <div key={group.server.id} role="group" aria-label={group.server.title}>
              <div className="chat-attach-group" aria-hidden>
                {group.server.title}
              </div>
              {group.offers.map((offer) => {
                const index = inOrder.indexOf(offer);
                return (
                  <OfferRow
                    key={keyOf(offer)}
                    id={nameOf(index)}
                    at={index}
                    offer={offer}
                    isActive={index === active}
                    isBusy={busy === keyOf(offer)}
                    onPoint={() => setAt(index)}
                    onChoose={() => {
                      if (busy === undefined) onChoose(offer);
                    }}
                  />
                );
              })}
            </div>
          ))}
        </div>
        {children}
      </div>
    </>
  );
}

interface RowProps {
  id: string;
  at: number;
  offer: Offer;
  isActive: boolean;
  isBusy: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function OfferRow({ id, at, offer, isActive, isBusy, onPoint, onChoose }: RowProps): ReactNode {
  const t = useT('chat');
  const about = offer.kind === 'wake' ? t('attach.asleep') : offer.kind === 'prompt' ? offer.prompt.description : offer.resource.uri;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are in the search line, which names this as its active one
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      data-at={at}
      className={cn('chat-attach-row', isActive && 'chat-attach-active')}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      {isBusy ? <Spinner size={14} /> : <Icon name={iconOf(offer)} size={14} />}
      <span className="chat-attach-title">{offer.kind === 'wake' ? t('attach.wake') : visibleText(titleOf(offer))}</span>
      <span className={cn('chat-attach-about', offer.kind === 'resource' && 'font-mono')}>{visibleText(about)}</span>
      {needsMore(offer) ? <Icon name="chevron-right" size={14} /> : null}
    </div>
  );
}
