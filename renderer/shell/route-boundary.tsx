import { Component, type ErrorInfo, type ReactNode } from 'react';
import { toAppError } from '../api/index.ts';
import { getT } from '../strings/index.ts';
import { ErrorState } from '../ui/index.ts';
import { isNotLoaded } from './page-load.ts';

/** A page that breaks leaves the frame and the other pages standing. */
export class RouteBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    // The window's console is the only place for a stack; the host has its own log.
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const t = getT('shell');
    const isStale = isNotLoaded(error.message);
    const shape = isStale
      ? { code: 'page-not-loaded', message: t('pageNotLoaded'), hint: t('pageNotLoadedHint'), retryable: true }
      : toAppError(error).toJSON();
    return (
      <ErrorState
        error={shape}
        safe={t('pageBrokeSafe')}
        onRetry={() => (isStale ? window.location.reload() : this.setState({ error: undefined }))}
      />
    );
  }
}
