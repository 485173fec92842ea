// Pictures and sounds that tool servers give, where they are plain data; anything else is named and not shown.

import type { ReactNode } from 'react';
import { safeImage } from '../../markdown/address.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { formatBytes } from '../../ui/index.ts';

const longestSound = 8_000_000;
/** Plain sound data only; anything else is named, not played. */
export const safeSound = (type: string, data: string): string | undefined =>
  /^audio\/(mpeg|mp3|wav|x-wav|wave|ogg|webm|aac|mp4|flac)$/i.test(type) && data.length < longestSound && /^[A-Za-z0-9+/=\s]+$/.test(data)
    ? `data:${type};base64,${data}`
    : undefined;

interface Props {
  type: string;
  /** Base64. */
  data: string;
  /** For who cannot see or hear it. */
  label: string;
}

export function Media({ type, data, label }: Props): ReactNode {
  const t = useT('tools');
  const image = safeImage(`data:${type};base64,${data}`);
  if (image !== undefined) return <img className="tool-result-image" src={image} alt={label} />;
  const sound = safeSound(type, data);
  // biome-ignore lint/a11y/useMediaCaption: a tool gives no captions with it
  if (sound !== undefined) return <audio controls preload="metadata" className="tool-result-audio" src={sound} aria-label={label} />;
  const bytes = Math.floor((data.length * 3) / 4);
  return <p className="tool-result-quiet">{t('resources.blob', { size: formatBytes(bytes), type: visibleText(type) })}</p>;
}
