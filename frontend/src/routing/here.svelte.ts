// Where is the person, and how do they go elsewhere without a page load?
import { isOurs, match } from "./routes";

class Here {
  path = $state(location.pathname);
  query = $state(location.search);
  // Counts navigations, so that going to the same path again still moves the focus.
  moves = $state(0);
  route = $derived(match(this.path));

  go(to: string): void {
    const url = new URL(to, location.origin);
    if (url.href !== location.href) {
      history.replaceState({ scroll: scrollY }, "");
      history.pushState({ scroll: 0 }, "", url);
    }
    this.#arrive(0);
  }

  // Keeps a page's own state (filters) in the address without a step in the history.
  setQuery(query: URLSearchParams): void {
    const text = query.toString();
    history.replaceState(history.state, "", text ? `?${text}` : location.pathname);
    this.query = location.search;
  }

  start(): () => void {
    const popped = (event: PopStateEvent): void => {
      // A fragment within the page is the browser's own affair.
      if (location.pathname === this.path && location.search === this.query) return;
      this.#arrive((event.state as { scroll?: number } | null)?.scroll ?? 0);
    };
    const clicked = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || !isOurs(event, link)) return;
      event.preventDefault();
      this.go(link.href);
    };
    addEventListener("popstate", popped);
    document.addEventListener("click", clicked);
    return () => {
      removeEventListener("popstate", popped);
      document.removeEventListener("click", clicked);
    };
  }

  #arrive(scroll: number): void {
    this.path = location.pathname;
    this.query = location.search;
    this.moves += 1;
    requestAnimationFrame(() => scrollTo(0, scroll));
  }
}

export const here = new Here();
