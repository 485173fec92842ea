// The + of the composer: what tool servers offer to be put into a message. It is asked of the server when it is chosen, and shown above the
// text before anything is sent. Opened by its button or by a / in an empty message.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type AttachmentSource, draftKey, maxAttachments } from '../../../../shared/model/chat.ts';
import type { ServerStatus } from '../../../../shared/model/tool.ts';
import { client } from '../../../api/index.ts';
import { navigate, routes, useTask } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, ErrorNote, IconButton, Popover, SkeletonRows } from '../../../ui/index.ts';
import { OfferForm } from './offer-form.tsx';
import { OfferList } from './offer-list.tsx';
import { foundOffers, keyOf, needsMore, type Offer, titleOf } from './offers.ts';
import { type Offers, useOffers } from './use-offers.ts';

interface Props {
  draft: string;
  /** As many as are attached. */
  count: number;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  /** Another / in its empty search line: the person meant to write one. */
  onSlash: () => void;
}

export function AttachMenu({ draft, count, isOpen, onOpen, onSlash }: Props): ReactNode {
  const t = useT('chat');
  const isFull = count >= maxAttachments;
  return (
    <Popover
      side="top"
      align="start"
      open={isOpen}
      onOpenChange={onOpen}
      className="chat-attach"
      trigger={
        <IconButton
          icon="plus"
          label={isFull ? t('attach.full', { count: maxAttachments }) : t('attach.open')}
          keys="/"
          tooltipSide="top"
          disabled={isFull}
        />
      }
    >
      <AttachPanel draft={draft} onDone={() => onOpen(false)} onSlash={onSlash} />
    </Popover>
  );
}

/** Made anew each time that it opens: what servers offer changes. */
function AttachPanel({ draft, onDone, onSlash }: { draft: string; onDone: () => void; onSlash: () => void }): ReactNode {
  const offers = useOffers();
  const [query, setQuery] = useState('');
  const [filling, setFilling] = useState<Exclude<Offer, { kind: 'wake' }>>();
  const [busy, setBusy] = useState<string>();
  const task = useTask();
  const closed = useRef<AbortController>(undefined);
  useEffect(() => {
    const control = new AbortController();
    closed.current = control;
    // Who closes the menu does not want what is on its way any more.
    return () => control.abort();
  }, []);
  const fetch = async (offer: Exclude<Offer, { kind: 'wake' }>, source: AttachmentSource): Promise<void> => {
    const { server } = offer;
    // One of a template is called by its own address.
    const titled = offer.kind === 'resource' && offer.resource.isTemplate ? {} : { title: titleOf(offer) };
    setBusy(keyOf(offer));
    if (
      await task.run(() =>
        client.chat.attach({ server: server.id, source, draft: draftKey.parse(draft), ...titled }, { signal: closed.current?.signal }),
      )
    )
      onDone();
    setBusy(undefined);
  };
  const wake = async (server: ServerStatus, key: string): Promise<void> => {
    setBusy(key);
    await task.run(() => offers.wake(server));
    setBusy(undefined);
  };
  const choose = (offer: Offer): void => {
    task.clear();
    if (offer.kind === 'wake') void wake(offer.server, keyOf(offer));
    else if (needsMore(offer)) setFilling(offer);
    else if (offer.kind === 'prompt') void fetch(offer, { kind: 'prompt', name: offer.prompt.name, args: {} });
    else void fetch(offer, { kind: 'resource', uri: offer.resource.uri });
  };
  if (filling !== undefined)
    return (
      <OfferForm
        offer={filling}
        isBusy={task.isBusy}
        error={task.error?.toJSON()}
        onBack={() => {
          task.clear();
          setFilling(undefined);
        }}
        onAttach={(source) => void fetch(filling, source)}
      />
    );
  const found = foundOffers(offers.offers, query);
  return (
    <OfferList query={query} onQuery={setQuery} offers={found} busy={busy} onChoose={choose} onSlash={onSlash}>
      {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} className="m-1" />}
      <Rest offers={offers} isNoneFound={found.length === 0} />
    </OfferList>
  );
}

/** What is not in the list: yet, or at all. */
function Rest({ offers, isNoneFound }: { offers: Offers; isNoneFound: boolean }): ReactNode {
  const t = useT('chat');
  const { error, failed, isLoading, reload } = offers;
  if (error !== undefined || failed.length > 0)
    return (
      <div className="flex flex-col items-start gap-2 p-1">
        {error === undefined ? null : <ErrorNote error={error.toJSON()} className="self-stretch" />}
        {failed.map(({ server, error: why }) => (
          <ErrorNote
            key={server.id}
            error={{ ...why.toJSON(), message: t('attach.failed', { name: server.title, message: why.message }) }}
            className="self-stretch"
          />
        ))}
        <Button size="s" icon="refresh-cw" onClick={reload}>
          {t('attach.again')}
        </Button>
      </div>
    );
  if (isLoading) return <SkeletonRows count={3} />;
  if (!isNoneFound) return null;
  if (offers.offers.length > 0) return <p className="chat-attach-none">{t('attach.noneFound')}</p>;
  return (
    <div className="flex flex-col items-start gap-2 px-2 pb-2">
      <p className="chat-attach-none">{t('attach.none')}</p>
      <Button size="s" onClick={() => navigate(routes.tools())}>
        {t('attach.toTools')}
      </Button>
    </div>
  );
}
