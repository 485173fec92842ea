import { useEffect } from 'react';
import { useShell } from './store.ts';

/** For views with an inspector: whether it is shown, and the top bar's toggle while the view is on screen. */
export function useInspector(): { isOpen: boolean; setOpen(isOpen: boolean): void } {
  useEffect(() => {
    useShell.setState((state) => ({ inspectors: state.inspectors + 1 }));
    return () => useShell.setState((state) => ({ inspectors: state.inspectors - 1 }));
  }, []);
  const isOpen = useShell((state) => state.isInspectorOpen);
  const setOpen = useShell((state) => state.setInspectorOpen);
  return { isOpen, setOpen };
}
