// When does a box need to be reachable by keyboard? Only when there is something to scroll in it.
import type { Attachment } from "svelte/attachments";

export const reachable: Attachment<HTMLElement> = (box) => {
  const look = (): void => {
    const overflows = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (overflows) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver(look);
  observer.observe(box);
  for (const child of box.children) observer.observe(child);
  look();
  return () => observer.disconnect();
};
