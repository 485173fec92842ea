// Hidden characters, for what is drawn; the runtime goes by the same list.

export { hasHidden, revealHidden, visibleText } from '../../shared/model/hidden-characters.ts';
