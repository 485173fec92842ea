import type { ComponentProps } from 'react';
import { findIcon, type IconName } from './icons.ts';

export interface IconProps extends Omit<ComponentProps<'svg'>, 'name'> {
  name: IconName;
  /** Pixels: 16 in controls, 13–14 inline. */
  size?: number;
}

/** A lucide icon, hidden from screen readers: the words beside it, or the control's label, say it. */
export function Icon({ name, size = 16, ...rest }: IconProps) {
  const Found = findIcon(name);
  return <Found size={size} strokeWidth={1.75} aria-hidden={rest['aria-label'] === undefined} focusable={false} {...rest} />;
}
