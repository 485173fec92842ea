// A link in text that others wrote. It has no href, so nothing but a deliberate click leads anywhere, and the full
// address is shown before it is opened outside the app.

import './link.css';
import { type ReactNode, useState } from 'react';
import { openOutside } from '../api/index.ts';
import { useT } from '../strings/index.ts';
import { ConfirmDialog } from '../ui/index.ts';
import { safeLink } from './address.ts';

export function MarkdownLink({ href, children }: { href?: string; children?: ReactNode }): ReactNode {
  const url = safeLink(href);
  if (url === undefined) return <span className="md-dead-link">{children}</span>;
  return <AskedLink url={url}>{children}</AskedLink>;
}

function AskedLink({ url, children }: { url: string; children: ReactNode }): ReactNode {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="md-link" title={url} onClick={() => setAsking(true)}>
        {children}
      </button>
      {asking && <LinkQuestion url={url} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Shows an address in full and opens it outside the app when the person says so. */
export function LinkQuestion({ url, onClose }: { url: string; onClose: () => void }): ReactNode {
  const t = useT('chat');
  const isMail = url.startsWith('mailto:');
  return (
    <ConfirmDialog
      open
      danger={false}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={isMail ? t('link.mailTitle') : t('link.title')}
      text={
        <>
          <p>{t('link.outside')}</p>
          <p className="md-full-url">{url}</p>
        </>
      }
      action={isMail ? t('link.mail') : t('link.open')}
      onConfirm={() => openOutside(url)}
    />
  );
}
