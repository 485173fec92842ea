// What a prompt or a template wants to be told before it can be asked for, with what its server suggests.

import { type ReactNode, useState } from 'react';
import type { AppErrorShape } from '../../../../shared/errors.ts';
import type { AttachmentSource } from '../../../../shared/model/chat.ts';
import type { ServerStatus } from '../../../../shared/model/tool.ts';
import { visibleText } from '../../../markdown/hidden.ts';
import { useT } from '../../../strings/index.ts';
import { Button, ErrorNote, Field, IconButton } from '../../../ui/index.ts';
import { CompleteInput, filled, placesIn } from '../../tools/index.ts';
import { type Offer, titleOf } from './offers.ts';

interface Props {
  offer: Exclude<Offer, { kind: 'wake' }>;
  isBusy: boolean;
  error: AppErrorShape | undefined;
  onBack: () => void;
  onAttach: (source: AttachmentSource) => void;
}

interface Place {
  name: string;
  description: string;
  required: boolean;
}

export function OfferForm({ offer, isBusy, error, onBack, onAttach }: Props): ReactNode {
  const t = useT('chat');
  const [values, setValues] = useState<Record<string, string>>({});
  const places = placesOf(offer);
  const isMissing = places.some(({ name, required }) => required && (values[name] ?? '') === '');
  const about = offer.kind === 'prompt' ? offer.prompt.description : offer.resource.description;
  return (
    <form
      className="chat-attach-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isMissing && !isBusy) onAttach(sourceOf(offer, values));
      }}
    >
      <div className="flex min-w-0 items-center gap-1.5">
        <IconButton size="s" icon="arrow-left" label={t('attach.back')} onClick={onBack} />
        <span className="min-w-0 flex-1 truncate font-semibold">{visibleText(titleOf(offer))}</span>
        <span className="max-w-[40%] shrink-0 truncate text-ink-3 text-sm">{offer.server.title}</span>
      </div>
      {about === '' ? null : <p className="m-0 text-ink-2 text-sm [overflow-wrap:anywhere]">{visibleText(about)}</p>}
      {places.map(({ name, description, required }) => (
        <Field key={name} label={visibleText(name)} required={required} {...(description === '' ? {} : { hint: visibleText(description) })}>
          <CompleteInput
            server={offer.server.id}
            about={completed(offer.server, offer)}
            argument={name}
            value={values[name] ?? ''}
            context={Object.fromEntries(Object.entries(values).filter(([other]) => other !== name))}
            onChange={(value) => setValues({ ...values, [name]: value })}
          />
        </Field>
      ))}
      {error === undefined ? null : <ErrorNote error={error} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" loading={isBusy} disabled={isMissing} title={isMissing ? t('attach.required') : undefined}>
          {t('attach.do')}
        </Button>
      </div>
    </form>
  );
}

const placesOf = (offer: Props['offer']): Place[] =>
  offer.kind === 'prompt'
    ? offer.prompt.arguments
    : placesIn(offer.resource.uri).map((name) => ({ name, description: '', required: true }));

const completed = ({ about }: ServerStatus, offer: Props['offer']) =>
  about?.capabilities.includes('completions') !== true
    ? undefined
    : offer.kind === 'prompt'
      ? { prompt: offer.prompt.name }
      : { resource: offer.resource.uri };

function sourceOf(offer: Props['offer'], values: Record<string, string>): AttachmentSource {
  if (offer.kind === 'resource') return { kind: 'resource', uri: filled(offer.resource.uri, values) };
  return { kind: 'prompt', name: offer.prompt.name, args: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) };
}
