/** The editor of ADQL. It lives in a shadow root, in which CodeMirror's styles need no style element, which our policy refuses. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { ask } from '../ask';
import { ColumnsDocument } from '../documents';
import { say } from '../words';
import { type LanguageFunction, sources } from './completion';
import { ADQL } from './dialect';
import { placeOf } from './places';

export interface Editor {
  write(text: string): void;
  /** Underline what an error message speaks of; "" underlines nothing. */
  mark(message: string): void;
  focus(): void;
  destroy(): void;
}
interface Options {
  text: string;
  functions: LanguageFunction[];
  changed(text: string): void;
  run(): void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--c0)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--c2)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--c4)' },
  { tag: [tags.standard(tags.name), tags.typeName], color: 'var(--c3)' },
  { tag: tags.comment, color: 'var(--faint)', fontStyle: 'italic' },
]);
const THEME = EditorView.theme({
  '&': { fontSize: '15px', color: 'var(--ink)', backgroundColor: 'var(--paper)' },
  '&.cm-focused': { outline: '3px solid var(--link)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', minHeight: '9em', maxHeight: '45vh', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--faint)', backgroundColor: 'var(--paper)', borderRight: '1px solid var(--edge)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--link) 28%, transparent)',
  },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--paper)', border: '1px solid var(--edge)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--paper)',
    backgroundColor: 'var(--link)',
  },
  '.cm-completionInfo': { maxWidth: '26em', whiteSpace: 'pre-line' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.85' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--c1)',
    textUnderlineOffset: '3px',
  },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--c1)' },
});

/** Put an editor into an element, which it has as long as it lives; completions come as soon as the tables are known. */
export function edit(place: HTMLElement, { text, functions, changed, run }: Options): Editor {
  const completions = new Compartment();
  const ran = () => {
    run();
    return true;
  };
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: 'Mod-Enter', run: ran }]),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        ADQL,
        completions.of([]),
        syntaxHighlighting(COLOURS),
        THEME,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': say('ADQL query') }),
        placeholder('SELECT TOP 10 * FROM jsdc.star'),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  ask(ColumnsDocument, {})
    .then(({ data }) => {
      const override = sources(data?.tables ?? [], functions, ADQL);
      view.dispatch({ effects: completions.reconfigure(autocompletion({ override, maxRenderedOptions: 60 })) });
    })
    .catch(() => undefined);
  return {
    write(given) {
      if (given !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: given } });
    },
    mark(message) {
      const at = message ? placeOf(message, view.state.doc.toString()) : null;
      view.dispatch(setDiagnostics(view.state, at ? [{ ...at, severity: 'error', message }] : []));
      if (at) view.dispatch({ selection: { anchor: at.from }, scrollIntoView: true });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
