// A resource in a tool's answer as one line with its name, type and size. One that is here opens to its content; a link is read through its
// server when it is opened, and not before.

import './result.css';
import { type ReactNode, useState } from 'react';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { ToolContent } from '../../../shared/model/tool.ts';
import { resourceName } from '../../../shared/resource-name.ts';
import { client, useCall } from '../../api/index.ts';
import { safeLink } from '../../markdown/address.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { MarkdownLink } from '../../markdown/link.tsx';
import { useT } from '../../strings/index.ts';
import { Button, ErrorNote, formatBytes, Icon, type IconName, SkeletonRows } from '../../ui/index.ts';
import { ResourceContents } from './resource-contents.tsx';

type Embedded = Extract<ToolContent, { type: 'resource' }>;
type Linked = Extract<ToolContent, { type: 'resource-link' }>;

export function EmbeddedResource({ part }: { part: Embedded }): ReactNode {
  const { uri, mimeType, text } = part;
  const bytes = text === undefined ? undefined : new Blob([text]).size;
  return (
    <Row icon="file-text" name={resourceName(uri)} uri={uri} mimeType={mimeType} size={bytes} isFirstOpen>
      <ResourceContents
        contents={[{ uri, ...(mimeType === undefined ? {} : { mimeType }), ...(text === undefined ? {} : { text }) }]}
        name={visibleText(resourceName(uri))}
      />
    </Row>
  );
}

/** Without a server (one that nobody knows of any more) it cannot be read, and says its address only. */
export function LinkedResource({ part, server }: { part: Linked; server: ServerId | undefined }): ReactNode {
  const { uri, name, description, mimeType, size } = part;
  return (
    <Row icon="link" name={name} uri={uri} mimeType={mimeType} size={size}>
      {description === undefined || description === '' ? null : <p className="tool-result-words">{visibleText(description)}</p>}
      {server === undefined ? null : <ReadResource server={server} uri={uri} name={name} />}
    </Row>
  );
}

function ReadResource({ server, uri, name }: { server: ServerId; uri: string; name: string }): ReactNode {
  const t = useT('tools');
  const read = useCall((signal) => client.tools.readResource({ server, uri }, { signal }), [server, uri]);
  if (read.error !== undefined)
    return (
      <div className="flex flex-col items-start gap-2">
        <ErrorNote error={read.error.toJSON()} className="self-stretch" />
        <Button size="s" icon="refresh-cw" loading={read.loading} onClick={read.reload}>
          {t('result.readAgain')}
        </Button>
      </div>
    );
  if (read.data === undefined) return <SkeletonRows count={2} />;
  return <ResourceContents contents={read.data} name={visibleText(name)} />;
}

interface RowProps {
  icon: IconName;
  name: string;
  uri: string;
  mimeType: string | undefined;
  size: number | undefined;
  isFirstOpen?: boolean;
  children: ReactNode;
}

function Row({ icon, name, uri, mimeType, size, isFirstOpen = false, children }: RowProps): ReactNode {
  const [isOpen, setOpen] = useState(isFirstOpen);
  const meta = [mimeType === undefined ? undefined : visibleText(mimeType), size === undefined ? undefined : formatBytes(size)];
  return (
    <div className="tool-resource">
      <button type="button" className="tool-resource-line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
        <Icon name={icon} size={14} />
        <span className="tool-resource-name">{visibleText(name)}</span>
        <span className="tool-resource-meta">{meta.filter((each) => each !== undefined).join(' · ')}</span>
      </button>
      {isOpen ? (
        <div className="tool-resource-body">
          <p className="tool-result-uri">
            {safeLink(uri) === undefined ? visibleText(uri) : <MarkdownLink href={uri}>{visibleText(uri)}</MarkdownLink>}
          </p>
          {children}
        </div>
      ) : null}
    </div>
  );
}
