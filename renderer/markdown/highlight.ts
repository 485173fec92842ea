// Colours code without WebAssembly or eval. Each language is its own chunk, fetched when first shown; colours are CSS
// variables, so a change of theme needs no new work.

import type { HighlighterCore, LanguageInput, ThemedToken } from 'shiki/core';

const loaders = {
  typescript: () => import('shiki/langs/typescript.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  bash: () => import('shiki/langs/bash.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
} satisfies Record<string, () => Promise<{ default: LanguageInput }>>;
export type Language = keyof typeof loaders;

const aliases: Record<string, Language> = {
  ts: 'typescript',
  tsx: 'typescript',
  mts: 'typescript',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  jsonc: 'json',
  json5: 'json',
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  py: 'python',
  md: 'markdown',
  xml: 'html',
  yml: 'yaml',
  rs: 'rust',
  golang: 'go',
  patch: 'diff',
};

/** Larger texts stay plain: colouring must not hold up the window. */
const maxLength = 40_000;

export function languageOf(name: string): Language | undefined {
  const key = name.trim().toLowerCase();
  if (Object.hasOwn(loaders, key)) return key as Language;
  return Object.hasOwn(aliases, key) ? aliases[key] : undefined;
}

export interface CodeToken {
  text: string;
  /** A CSS colour, always `var(--code-…)`. */
  color?: string;
}

let highlighter: Promise<HighlighterCore> | undefined;
const themeName = 'orrery';

async function load(language: Language): Promise<HighlighterCore> {
  highlighter ??= Promise.all([import('shiki/core'), import('shiki/engine/javascript')]).then(([core, engine]) =>
    core.createHighlighterCore({
      engine: engine.createJavaScriptRegexEngine({ forgiving: true }),
      themes: [core.createCssVariablesTheme({ name: themeName, variablePrefix: '--code-', fontStyle: false })],
      langs: [],
    }),
  );
  const made = await highlighter;
  if (!made.getLoadedLanguages().includes(language)) await made.loadLanguage((await loaders[language]()).default);
  return made;
}

/** Lines of coloured tokens; undefined when the language is not one of ours or the code is too long. */
export async function highlight(code: string, name: string): Promise<CodeToken[][] | undefined> {
  const language = languageOf(name);
  if (language === undefined || code.length > maxLength) return undefined;
  const made = await load(language);
  const { tokens } = made.codeToTokens(code, { lang: language, theme: themeName, tokenizeTimeLimit: 200 });
  return tokens.map((line) => line.map(tokenOf));
}

const tokenOf = (token: ThemedToken): CodeToken =>
  token.color?.startsWith('var(--code-') === true ? { text: token.content, color: token.color } : { text: token.content };
