// Which theme is on, and how is the choice remembered?
import { storage } from "../drafts/storage";

export type Theme = "system" | "light" | "dark";
const KEY = "liveloop.theme";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

function remembered(): Theme {
  const chosen = storage.getItem(KEY);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

class ThemeChoice {
  now = $state<Theme>(remembered());

  turn(): void {
    this.now = NEXT[this.now];
    if (this.now === "system") {
      storage.removeItem(KEY);
      delete document.documentElement.dataset["theme"];
    } else {
      storage.setItem(KEY, this.now);
      document.documentElement.dataset["theme"] = this.now;
    }
  }
}

export const theme = new ThemeChoice();
