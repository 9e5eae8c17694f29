// Which key may a page take for itself?
import { storage } from "../drafts/storage";
import { isTyping } from "../shell/keys";

const SINGLES = "liveloop.single-keys";
const ACTS = "button, a[href], summary, label, input";

// Null when the key is the browser's, a field's or a dialog's, or when the person switched single keys off. Enter and
// Space are left to whatever acts on them itself.
export function pageKey(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.isComposing || event.repeat) return null;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return null;
  if (document.querySelector("dialog[open]")) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (event.key === " ") return target?.closest(ACTS) ? null : " ";
  // Enter does nothing of its own on a radio button: there it goes on.
  if (event.key === "Enter") return target?.closest(ACTS) && !target.matches("input[type=radio]") ? null : "Enter";
  return event.key.length === 1 && storage.getItem(SINGLES) === "off" ? null : event.key;
}
