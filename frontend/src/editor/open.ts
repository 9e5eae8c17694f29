// How is the code editor made? Loaded lazily: it is by far the largest part of the workspace.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, type Extension, type Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Kind, TableShown } from "../api/contract";
import { languageFor } from "./languages";
import { look, theme } from "./theme";

export interface EditorWishes {
  parent: HTMLElement;
  text: string;
  kind: Kind;
  tables: TableShown[];
  nonce: string;
  attributes: Record<string, string>;
  changed: (text: string) => void;
  run: () => void;
  handIn: () => void;
}

export interface Editor {
  setText: (text: string) => void;
  focus: () => void;
  destroy: () => void;
}

export function openEditor(wishes: EditorWishes): Editor {
  const view = new EditorView({
    parent: wishes.parent,
    state: EditorState.create({ doc: wishes.text, extensions: extend(wishes) }),
  });
  return {
    // One transaction, so that undo brings the old text back.
    setText: (text) => {
      if (view.state.doc.toString() === text) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: text.length } });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

// After Escape, Tab moves the focus and does not indent, until something is typed: nobody has to hurry out. Escape goes
// on to close a list of completions.
function freeTab(view: EditorView): boolean {
  view.setTabFocusMode(true);
  return false;
}

// Typing over a selection, the browser would put a styled element into the text, which the page's policy refuses with
// a message in the console. The editor does it instead, by way of the same handlers (closing brackets, quotes around).
const typeOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing || view.state.selection.ranges.length > 1) return false;
    const text = event.data;
    const insert = (): Transaction => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

function extend(wishes: EditorWishes): Extension[] {
  const told = (wish: () => void) => () => {
    wish();
    return true;
  };
  return [
    // The page's policy refuses style elements without this response's nonce.
    wishes.nonce ? EditorView.cspNonce.of(wishes.nonce) : [],
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: told(wishes.run), shift: told(wishes.handIn) },
        { key: "Ctrl-Enter", run: told(wishes.run), shift: told(wishes.handIn) },
        { key: "Escape", run: freeTab },
      ]),
    ),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentOnInput(),
    indentUnit.of(wishes.kind === "python" ? "    " : "  "),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    highlightActiveLine(),
    EditorView.lineWrapping,
    keymap.of([
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
      indentWithTab,
    ]),
    languageFor(wishes.kind, wishes.tables),
    theme,
    syntaxHighlighting(look),
    typeOver,
    EditorView.contentAttributes.of(wishes.attributes),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      update.view.setTabFocusMode(false);
      wishes.changed(update.state.doc.toString());
    }),
  ];
}
