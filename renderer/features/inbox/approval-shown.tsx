// What an approval is about, without its answers: the change, the whole request, the exact arguments, and what was read before.

import './inbox.css';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { InboxRequest } from '../../../shared/model/grant.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Icon } from '../../ui/index.ts';
import { shortReason } from './approval-text.ts';
import { HiddenText } from './hidden-text.tsx';
import { Preview } from './preview.tsx';
import { servedLinks } from './served-links.ts';
import { ToolArguments } from './tool-arguments.tsx';

export type Approval = Extract<InboxRequest, { kind: 'approval' }>;

export function ApprovalShown({ request }: { request: Approval }): ReactNode {
  const t = useT('inbox');
  const { preview, details = [], args, taints = [] } = request;
  const [open, setOpen] = useState(preview === undefined && details.length === 0);
  return (
    <>
      {/* The heading has the file's name only, and where it lies is what matters. */}
      {preview !== undefined && typeof args.path === 'string' && <Details details={[{ label: t('file'), text: args.path }]} links={{}} />}
      {preview !== undefined && <Preview preview={preview} />}
      {details.length > 0 && <Details details={details} links={servedLinks(request)} />}
      <button type="button" className="ask-call" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} size={13} />
        <span className="ask-call-tool">
          <HiddenText text={`${request.server}.${request.tool}`} />
        </span>
        {/* Beside what is said above, their number would be another than is shown. */}
        <span>{details.length > 0 ? t('wholeRequest') : t('arguments', { count: Object.keys(args).length })}</span>
      </button>
      {open && <ToolArguments args={args} />}
      {taints.length > 0 && <Sources taints={taints} reason={request.reason} />}
    </>
  );
}

/** Method, address, headers and body; a command line; a prompt. */
const Details = ({ details, links }: { details: NonNullable<Approval['details']>; links: Record<string, string> }): ReactNode => {
  const short = useWithTilde();
  return (
    <dl className="tool-args">
      {details.map(({ label, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header may be there twice
        <div key={index} className="tool-arg">
          <dt>
            <HiddenText text={label} />
          </dt>
          <dd>
            {links[label] === undefined ? (
              <HiddenText text={short(text)} />
            ) : (
              <Link className="ask-link" href={links[label]}>
                <HiddenText text={text} />
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
};

/** Why it asks although it may be granted: what others may have written, and what is the person's own. */
function Sources({ taints, reason }: { taints: NonNullable<Approval['taints']>; reason: string }): ReactNode {
  const short = useWithTilde();
  const t = useT('inbox');
  const of = (label: 'untrusted' | 'private'): string[] => [
    ...new Set(taints.filter((each) => each.label === label).map((each) => visibleText(each.from))),
  ];
  const froms = taints.map(({ from }) => from);
  return (
    <div className="ask-why">
      <p className="ask-words">{short(shortReason(reason, froms))}</p>
      <dl className="ask-sources">
        {(['untrusted', 'private'] as const).map((label) =>
          of(label).length === 0 ? null : (
            <div key={label}>
              <dt>
                <Icon name={label === 'untrusted' ? 'globe' : 'lock'} size={13} />
                {t(`source.${label}`)}
              </dt>
              {of(label).map((from) => (
                <dd key={from} title={from}>
                  {short(from)}
                </dd>
              ))}
            </div>
          ),
        )}
      </dl>
    </div>
  );
}
