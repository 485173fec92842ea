// The open editor for everything drawn inside it. Each part subscribes to the slice it shows.

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { AppError } from '../../../../shared/errors.ts';
import type { Editor, EditorState } from './store.ts';

export const EditorContext = createContext<Editor | undefined>(undefined);

export function useEditorStore(): Editor {
  const editor = useContext(EditorContext);
  if (editor === undefined) throw new AppError('internal', 'This part needs an open workflow around it.');
  return editor;
}

export const useEditor = <T>(choose: (state: EditorState) => T): T => useStore(useEditorStore(), choose);
