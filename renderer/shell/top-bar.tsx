import { useLocation } from 'wouter';
import { commands } from '../../shared/model/commands.ts';
import { useT } from '../strings/index.ts';
import { Icon, IconButton, Kbd } from '../ui/index.ts';
import { Mark } from './mark.tsx';
import { useShell } from './store.ts';

export function TopBar() {
  const t = useT('shell');
  const [location] = useLocation();
  const openPalette = useShell((state) => state.openPalette);
  const isInspectorOpen = useShell((state) => state.isInspectorOpen);
  const setInspectorOpen = useShell((state) => state.setInspectorOpen);
  const inspectors = useShell((state) => state.inspectors);
  const hasInspector = inspectors > 0 || /^\/workflows\/(?!templates$)[^/]/.test(location);
  return (
    <header className="grid h-11 shrink-0 grid-cols-[1fr_minmax(200px,460px)_1fr] items-center gap-3 border-line border-b bg-panel px-3">
      <div className="flex min-w-0 items-center gap-2 font-semibold text-base">
        <Mark />
        <span className="truncate max-[720px]:hidden">Orrery</span>
      </div>
      <button
        type="button"
        onClick={() => openPalette()}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-7 min-w-0 items-center gap-2 rounded-sm border border-line bg-sunken px-2.5 text-left text-base text-ink-3 transition-colors duration-120 hover:border-line-2 hover:text-ink-2"
      >
        <Icon name="search" size={14} />
        <span className="min-w-0 flex-1 truncate">{t('search')}</span>
        <Kbd keys={commands['palette.open'].keys} className="max-[720px]:hidden" />
      </button>
      <div className="flex justify-end">
        {hasInspector ? (
          <IconButton
            label={isInspectorOpen ? t('hideInspector') : t('showInspector')}
            icon="panel-right"
            pressed={isInspectorOpen}
            keys={commands['view.inspector'].keys}
            onClick={() => setInspectorOpen(!isInspectorOpen)}
            className="bg-transparent dark:bg-transparent"
          />
        ) : null}
      </div>
    </header>
  );
}
